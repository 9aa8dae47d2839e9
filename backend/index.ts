/**
 * A durable workflow engine for Deno, Val Town and Node that needs no server: typed steps,
 * state in SQLite, and runs that go on when their process died.
 *
 * @module
 */

export type { AccessOptions, ApiServerOptions, ListeningServer } from "./api-server.ts";
export { ApiServer, createApiServer } from "./api-server.ts";
export type { ConnectOptions } from "./databases/connect.ts";
export type { LocalOptions } from "./databases/local.ts";
export type { AnyDefinition, Definition } from "./definition.ts";
export type {
  ExecutionVisualizationOptions,
  VisualizationOptions,
} from "./diagrams/diagram-options.ts";
export { runTree } from "./diagrams/run-tree.ts";
export type { Activity, RunTreeNode, TreePlace } from "./diagrams/run-tree-node.ts";
export type { TreeStatus } from "./diagrams/tree-status.ts";
export { type TreeNode, workflowTree } from "./diagrams/workflow-tree.ts";
export type { Duration } from "./duration.ts";
export type { Effects } from "./effects.ts";
export type { EngineOptions } from "./engine.ts";
export { ExecutionEngine } from "./engine.ts";
export type { ErrorCode, SerializedError, ValidationIssue, WaitInfo } from "./errors.ts";
export {
  HTTP_STATUS,
  NonRetryableError,
  RetryAfterError,
  RunCanceledError,
  RunFailedError,
  RunSuspendedError,
  ValidationError,
  WrkflwError,
} from "./errors.ts";
export { explainRun } from "./explain.ts";
export type { JsonSchema, NodeJsonSchemas, SchemaSide } from "./json-schema.ts";
export { jsonSchemaOf, jsonSchemasOf } from "./json-schema.ts";
export { migrateWorkflowRunsTable, runMigrations } from "./migrations/run-migrations.ts";
export { generateMigrationSQL } from "./migrations/script.ts";
export type {
  CheckpointOptions,
  Deadline,
  Entry,
  EventMatch,
  Frame,
  LogLine,
  Node,
  NodeSchemas,
  NodeShape,
  Outcome,
  Result,
  Scope,
  Siblings,
  StepNotes,
  SuspendedResult,
  Wait,
} from "./node.ts";
export type { BranchArm, BranchOptions } from "./nodes/branch.ts";
export type { OutOf, OutputsById } from "./nodes/combine.ts";
export type { ForeachOptions } from "./nodes/foreach.ts";
export type { FlowFunction, FunctionContext } from "./nodes/function-context.ts";
export type { LoopCondition, LoopContext } from "./nodes/loop.ts";
export type { WaitForEventOptions } from "./nodes/wait-for-event.ts";
export type { Condition, ConditionOperator } from "./prebuilt/conditions.ts";
export {
  type DelayInput,
  type DelayOptions,
  type DelayOutput,
  type DelayStep,
  delay,
} from "./prebuilt/delay.ts";
export {
  type FilterArrayInput,
  type FilterArrayOptions,
  type FilterArrayOutput,
  type FilterArrayStep,
  type FilterArrayWhereOptions,
  filterArray,
} from "./prebuilt/filter-array.ts";
export {
  type GetInput,
  type HttpGetStep,
  type HttpPostStep,
  httpGet,
  httpPost,
  type PostInput,
  type RequestStepOptions,
} from "./prebuilt/get-and-post.ts";
export {
  type LoggerInput,
  type LoggerLevel,
  type LoggerOptions,
  type LoggerOutput,
  type LoggerStep,
  logger,
} from "./prebuilt/logger.ts";
export {
  type ItemMapping,
  type MapArrayFunctionOptions,
  type MapArrayInput,
  type MapArrayOptions,
  type MapArrayOutput,
  type MapArrayStep,
  mapArray,
} from "./prebuilt/map-array.ts";
export {
  type PickFieldsInput,
  type PickFieldsOptions,
  type PickFieldsOutput,
  type PickFieldsStep,
  pickFields,
} from "./prebuilt/pick-fields.ts";
export type { ResponseType } from "./prebuilt/request/read-body.ts";
export type { RequestOutput } from "./prebuilt/request/send-request.ts";
export {
  type TemplateInput,
  type TemplateOptions,
  type TemplateOutput,
  type TemplateStep,
  type TemplateVariables,
  template,
} from "./prebuilt/template.ts";
export type {
  ClaimedRun,
  EndStatus,
  RunRecord,
  RunStatus,
  RunSummary,
  StepRecord,
  StepStatus,
  StoredRun,
} from "./records.ts";
export { isRunStatus, isTerminal, RUN_STATUSES } from "./records.ts";
export type { RetentionRule } from "./retention.ts";
export type { RetryPolicy } from "./retry.ts";
export type {
  CancelResult,
  EnqueueOptions,
  ResumeOptions,
  RetryOptions,
  RunDriver,
  RunFacts,
  RunOptions,
  RunResult,
  StartOptions,
} from "./run.ts";
export { WorkflowRun } from "./run.ts";
export type { CatchUp, Overlap, Schedule, Slot } from "./schedule.ts";
export type {
  InputOf,
  OutputOf,
  Schema,
  StandardIssue,
  StandardProps,
  Validation,
} from "./schema.ts";
export { maskSecrets } from "./secret-headers.ts";
export type { EventOptions, EventResult } from "./send-event.ts";
export { decode, decodePlain } from "./serialize.ts";
export type { StepResult, WorkflowSnapshot } from "./snapshot.ts";
export type { ResultSet, Row, SqlArgument, SqlClient, SqlValue } from "./sql.ts";
export type { Execute, ExecuteFunction, Step, StepConfig } from "./step.ts";
export { cloneStep, createStep } from "./step.ts";
export type { AnyState, StepExecutionContext, StepLog } from "./step-context.ts";
export type * from "./storage/claim.ts";
export type { RetentionLimit } from "./storage/retention.ts";
export type { RunRetry } from "./storage/retry-statements.ts";
export type { RunFilter, RunPage } from "./storage/run-page.ts";
export type { ScheduleRecord, ScheduleStore, SlotDecision } from "./storage/schedule-store.ts";
export type {
  AwaitedEvent,
  EventDelivery,
  EventWait,
  NewEvent,
} from "./storage/signal-statements.ts";
export type { PageOptions, StorageOptions } from "./storage.ts";
export { WorkflowStorage } from "./storage.ts";
export type { TickedRun, TickOptions, TickResult, WorkOptions } from "./ticker.ts";
export type { Drawable, VisualizationFormat } from "./visualize.ts";
export { visualizeExecution, visualizeWorkflow } from "./visualize.ts";
export type { WorkflowConfig } from "./workflow.ts";
export { cloneWorkflow, Workflow } from "./workflow.ts";
export { createWorkflow, WorkflowBuilder } from "./workflow-builder.ts";
