/**
 * A durable workflow engine for Deno, Val Town and Node that needs no server: typed steps,
 * state in SQLite, and runs that go on when their process died.
 *
 * @module
 */

export type { ConnectOptions } from "./databases/connect.ts";
export type { LocalOptions } from "./databases/local.ts";
export type { AnyDefinition, Definition } from "./definition.ts";
export type { Effects } from "./effects.ts";
export type { EngineOptions, TickedRun, TickOptions, TickResult, WorkOptions } from "./engine.ts";
export { ExecutionEngine } from "./engine.ts";
export type { ErrorCode, SerializedError, ValidationIssue, WaitInfo } from "./errors.ts";
export {
  HTTP_STATUS,
  RunCanceledError,
  RunFailedError,
  RunSuspendedError,
  ValidationError,
  WrkflwError,
} from "./errors.ts";
export { generateMigrationSQL, migrateWorkflowRunsTable, runMigrations } from "./migrations.ts";
export type {
  CheckpointOptions,
  Entry,
  Frame,
  LogLine,
  Node,
  NodeShape,
  Outcome,
  Result,
  Scope,
  StepNotes,
  Wait,
} from "./node.ts";
export type { MapContext, MapFunction } from "./nodes/map.ts";
export type { RunRecord, RunStatus, RunSummary, StepRecord, StepStatus } from "./records.ts";
export { isRunStatus, isTerminal, RUN_STATUSES } from "./records.ts";
export type {
  CancelResult,
  EnqueueOptions,
  RunDriver,
  RunFacts,
  RunOptions,
  RunResult,
  StartOptions,
} from "./run.ts";
export { WorkflowRun } from "./run.ts";
export type {
  InputOf,
  OutputOf,
  Schema,
  StandardIssue,
  StandardProps,
  Validation,
} from "./schema.ts";
export { decode } from "./serialize.ts";
export type { StepResult, WorkflowSnapshot } from "./snapshot.ts";
export type { ResultSet, Row, SqlArgument, SqlClient, SqlValue } from "./sql.ts";
export type { Execute, ExecuteFunction, Step, StepConfig } from "./step.ts";
export { cloneStep, createStep } from "./step.ts";
export type { AnyState, StepExecutionContext, StepLog } from "./step-context.ts";
export type {
  Claim,
  ClaimOptions,
  Commit,
  NewRun,
  RunEnd,
  WriteState,
} from "./storage/claim-statements.ts";
export type { RunFilter, RunPage } from "./storage/run-page.ts";
export type { PageOptions, StorageOptions } from "./storage.ts";
export { WorkflowStorage } from "./storage.ts";
export type { WorkflowConfig } from "./workflow.ts";
export { createWorkflow, Workflow, WorkflowBuilder } from "./workflow.ts";
