/**
 * Brings databases to the newest schema, and the runs of the first version along.
 * `new WorkflowStorage().init()` does all of it by itself; these functions are for those who
 * want to see or steer it.
 *
 * @module
 */
export type { Effects } from "./effects.ts";
export { type MigrateOptions, migrate } from "./migrations/migrate.ts";
export type { MigrationResult } from "./migrations/move-old-runs.ts";
export type { Waiting } from "./migrations/persist.ts";
export {
  migrateWorkflowRunsTable,
  type RunMigrationsOptions,
  runMigrations,
} from "./migrations/run-migrations.ts";
export { generateMigrationSQL } from "./migrations/script.ts";
export {
  type SchemaProblem,
  type SchemaReport,
  type VerifySchemaOptions,
  verifySchema,
} from "./migrations/verify-schema.ts";
export type { ResultSet, SqlArgument, SqlClient } from "./sql.ts";
