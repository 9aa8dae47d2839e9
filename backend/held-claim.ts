import type { Claim } from "./storage/claim.ts";

/** A claim in the process that asked for it. */
export interface HeldClaim extends Claim {
  /** When it was asked for, by the process's clock: the lease began later than that. */
  readonly askedAt: number;
}
