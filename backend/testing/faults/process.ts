/** One process of a course: its own client, clock, engine and definition, with what goes wrong in it. */
import type { ExecutionEngine } from "../../engine.ts";
import { ExecutionEngine as Engine } from "../../engine.ts";
import type { SqlClient } from "../../sql.ts";
import { type StorageOptions, WorkflowStorage } from "../../storage.ts";
import type { Workflow } from "../../workflow.ts";
import { buildWorkflow, type Surroundings } from "../build-workflow.ts";
import { FaultyClient, type Wire } from "../faulty-client.ts";
import { ProcessEffects } from "../process-effects.ts";
import type { WorkflowPiece } from "../random-workflow.ts";
import { WORLD_NOW, type World } from "../world.ts";
import { mayRepeat, type ProcessPlan } from "./plan.ts";

/** Where a process runs. */
export interface Site {
  /** From 1, in the order in which they were started. */
  readonly number: number;
  /** A process that is started in the place of a dead one is on the same host. */
  readonly host: number;
  readonly effects: ProcessEffects;
}

/** What every process of a course is made with; tests that break the protocol replace a part. */
export interface Build {
  client(client: SqlClient, site: Site): SqlClient;
  storage(options: StorageOptions, site: Site): WorkflowStorage;
  /** What steps are given as the idempotency key. @default the engine's */
  key?(key: string, site: Site): string;
}

/** As a user would have it. */
export const SOUND_BUILD: Build = {
  client: (client) => client,
  storage: (options) => new WorkflowStorage(options),
};

/** What a process is started with. */
export interface ProcessOptions {
  readonly world: World;
  readonly wire: Wire;
  readonly build: Build;
  readonly plan: ProcessPlan;
  readonly number: number;
  readonly host: number;
}

/** One process of a course. */
export class Process {
  readonly engine: ExecutionEngine;
  readonly client: FaultyClient;
  readonly effects: ProcessEffects;
  readonly workflow: Workflow<string, number, number>;
  readonly number: number;
  readonly #plan: ProcessPlan;
  #isDead = false;

  constructor(
    options: ProcessOptions,
    piece: WorkflowPiece,
    surround: (process: Process) => Surroundings,
  ) {
    const { world, wire, build, plan, number, host } = options;
    this.#plan = plan;
    this.number = number;
    this.client = new FaultyClient(world.client, plan.faults, wire);
    void this.client.killed.then(() => {
      this.#isDead = true;
    });
    this.effects = new ProcessEffects(world.effects, plan.skewMs ?? 0, () => this.client.awake());
    const site = { number, host, effects: this.effects };
    const keyFor = (key: string) => build.key?.(key, site) ?? key;
    this.workflow = buildWorkflow(piece, { ...surround(this), keyFor });
    const storage = build.storage(
      {
        client: build.client(this.client, site),
        effects: this.effects,
        now: () => WORLD_NOW,
      },
      site,
    );
    this.engine = new Engine(storage, { workflows: [this.workflow], effects: this.effects });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isHealthy(): boolean {
    return this.#plan.faults.length === 0;
  }

  get mayStandStill(): boolean {
    return this.#plan.faults.some(({ mode }) => mode === "pauseBefore" || mode === "pauseAfter");
  }

  /** Whether what went wrong may have cost it its claim. */
  get mayHaveLost(): boolean {
    const { calls } = this.client;
    return this.#plan.faults.some((fault) => fault.call <= calls && mayRepeat(fault));
  }
}
