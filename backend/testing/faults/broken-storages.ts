/** Storages that break a rule of the write protocol. */
import {
  type BirthClaim,
  type Claim,
  type ClaimOptions,
  type Commit,
  type NewRun,
  WorkflowStorage,
  type WriteState,
} from "../../storage.ts";

/** Says that every lease was renewed. */
export class UnrenewingStorage extends WorkflowStorage {
  override renew(): Promise<boolean> {
    return Promise.resolve(true);
  }
}

/** Changes what a claim writes down. */
export abstract class ChangingStorage extends WorkflowStorage {
  override commit(build: () => Commit): Promise<WriteState> {
    return super.commit(() => this.change(build()));
  }

  abstract change(commit: Commit): Commit;
}

/** Keeps no record of an attempt that failed and is to be tried again. */
export class AttemptlessStorage extends ChangingStorage {
  change(commit: Commit): Commit {
    const steps = commit.steps.filter(
      ({ status, error }) => status !== "suspended" || error === null,
    );
    return { ...commit, steps };
  }
}

/** Keeps the state in memory until the run rests. */
export class StatelessStorage extends ChangingStorage {
  change(commit: Commit): Commit {
    return { ...commit, steps: commit.steps.map((step) => ({ ...step, state: null })) };
  }
}

/** Numbers each record of a place as if it were the first. */
export class ScatteringStorage extends ChangingStorage {
  change(commit: Commit): Commit {
    return { ...commit, steps: commit.steps.map((step) => ({ ...step, firstSeq: step.seq })) };
  }
}

/** Parks runs without the moment at which they are due. */
export class TimelessStorage extends ChangingStorage {
  change(commit: Commit): Commit {
    return commit.end === undefined ? commit : { ...commit, end: { ...commit.end, dueAt: null } };
  }
}

/** Answers at once and writes later. */
export class WriteBehindStorage extends WorkflowStorage {
  override commit(build: () => Commit): Promise<WriteState> {
    const commit = build();
    const written = super.commit(() => commit);
    if (commit.end !== undefined) return written;
    written.catch(() => {});
    return Promise.resolve({ isApplied: true, status: "running" });
  }
}

/** Takes a write that was not answered for one that was applied. */
export class TrustingStorage extends WorkflowStorage {
  override commit(build: () => Commit): Promise<WriteState> {
    const commit = build();
    return super
      .commit(() => commit)
      .catch(() => ({ isApplied: true, status: commit.end?.status ?? "running" }));
  }
}

/** Takes the moment at which an answer is there for the one at which its request was sent. */
export class LateAskingStorage extends WorkflowStorage {
  override async createRun(run: NewRun, onSend: () => void = () => {}): Promise<BirthClaim> {
    const claim = await super.createRun(run);
    onSend();
    return claim;
  }

  override async claimMany(options: ClaimOptions, onSend: () => void = () => {}): Promise<Claim[]> {
    const claims = await super.claimMany(options);
    onSend();
    return claims;
  }
}
