import type { ResultSet } from "../sql.ts";
import type { Claim, ClaimOptions } from "./claim.ts";
import { claimsOf } from "./claim-rows.ts";
import { claimStatements, unclaimStatements } from "./claim-statements.ts";
import type { Database } from "./database.ts";

/**
 * Takes the runs that have been due longest. What was taken and is not known of here is given back as
 * far as the database answers: nobody would drive it until its lease is over.
 *
 * @param now An SQL expression for the database's own clock.
 * @param onSend Called right before the request is sent for the first time.
 */
export async function claimMany(
  database: Database,
  now: () => string,
  options: ClaimOptions,
  onSend: () => void,
): Promise<Claim[]> {
  const giveBack = async () => {
    await database.writeOnce(() => unclaimStatements(options.claimId, now())).catch(() => {});
  };
  const build = () => {
    onSend();
    return claimStatements(options, now());
  };
  const answered = database.write(build, (late) => {
    void giveBackLate(answered, late, giveBack).catch(() => {});
  });
  try {
    return claimsOf(await answered);
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/**
 * A request that was given up may arrive later, and take what became due meanwhile. It does so only
 * where no other try has taken anything, so that all of it can be given back.
 */
async function giveBackLate(
  answered: Promise<readonly ResultSet[]>,
  late: readonly ResultSet[],
  giveBack: () => Promise<void>,
): Promise<void> {
  const known = claimsOf(await answered.catch(() => []));
  const isKnown = ({ run }: Claim) =>
    known.some((claim) => claim.run.runId === run.runId && claim.run.epoch === run.epoch);
  if (!claimsOf(late).every(isKnown)) await giveBack();
}
