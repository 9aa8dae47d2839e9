/**
 * Every field that a workflow, a visitor or a stored row fills, and the visits (see
 * `hostile-visits.ts`) whose answers show it. Without any, it is stored or sent and never shown.
 */
const TABLE = {
  // What a run is known by. Ids have rules: a row may hold what they refuse.
  "run id": ["runs", "run"],
  "workflow id that no engine knows": ["runs", "run"],
  "run tag": ["run"],
  "place at work": ["runs", "run at work"],
  // What a run was given and came to.
  "run input": ["run", "value: run input"],
  "run input key": ["run", "value: run input"],
  "run output": ["run that ended well", "value: run output"],
  "run state": ["run that ended well", "value: run state"],
  "run error": ["runs"],
  "failure name": ["run"],
  "failure message": ["run"],
  "failure code": ["run"],
  "failure stack": ["run"],
  "failure cause": ["run"],
  "reason of a block": ["run that is blocked", "runs"],
  block: ["run that is blocked"],
  "step of a block": ["run that is blocked"],
  // What was recorded of its steps.
  "step path": ["run", "step"],
  "step path within another": ["run", "step that failed"],
  "step kind": ["run", "step"],
  "step input": ["step that failed", "value: step input"],
  "step output": ["step", "value: step output"],
  "step output key": ["step", "value: step output"],
  "step state": ["step", "value: step state"],
  "step error name": ["step that failed", "value: step error"],
  "step error message": ["step that failed", "value: step error"],
  "step error code": ["step that failed", "value: step error"],
  "step error stack": ["step that failed", "value: step error"],
  "step error cause": ["step that failed", "value: step error"],
  "earlier error": ["step that failed"],
  "log message": ["step that logs", "value: step log"],
  "log data": ["step that logs", "value: step log"],
  "log data key": ["step that logs", "value: step log"],
  "log level": ["value: step log"],
  "wait payload": ["step that waits", "value: step payload"],
  "wait event": ["step that waits", "value: step wait"],
  "wait match": ["step that waits", "value: step wait"],
  "resume data": ["step that was resumed"],
  "output that cannot be read": ["step that cannot be read"],
  "error that cannot be read": ["step that cannot be read"],
  // What waits for somebody, with forms.
  question: ["run that asks", "runs"],
  "question key": ["run that asks"],
  "awaited event": ["run that asks", "runs"],
  "awaited match": ["run that asks", "runs"],
  "path that asks": ["run that asks", "step that asks"],
  "description of what asks": ["run that asks", "step that asks"],
  "answer title": ["run that asks"],
  "answer description": ["run that asks"],
  "answer choice": ["run that asks"],
  // A run of the library's first version.
  "old step": ["old run", "old step"],
  "old output": ["old step", "value: old snapshot"],
  "old error": ["old step that failed", "value: old snapshot"],
  "old error stack": ["old step that failed"],
  "old state": ["old run"],
  "old input": ["old run"],
  "old run error": ["old run", "runs"],
  "old execution path": [],
  // A workflow. Its own id follows the rules of ids; the ids of nodes of one's own need not. A
  // time zone is checked when a schedule is defined, and so is no field.
  "workflow id": ["workflows", "workflow", "run that asks", "runs"],
  "workflow description": ["workflows", "workflow"],
  "node id": ["workflow", "run that asks"],
  "node kind": ["workflow", "run that asks"],
  "node description": ["workflow", "run that asks"],
  "node with others in it": ["workflow", "run that asks"],
  "kind of what holds others": ["workflow", "run that asks"],
  "schema title": ["workflow"],
  "schema description": ["workflow"],
  "schema property": ["workflow"],
  "required property": ["workflow", "start refused by the schema"],
  "schema choice": ["workflow"],
  "schema default": ["workflow"],
  "output property": ["workflow"],
  "example input": ["workflow", "workflow as JSON"],
  "input to start like": ["workflow like a run", "workflow like a run, as JSON"],
  schedule: ["workflows", "workflow"],
  "run of a schedule": ["workflows", "workflow"],
  "id of a recent run": ["workflows", "workflow"],
  // What an address says.
  "?q": ["search", "search from a page"],
  "?tag": ["search", "search from a page"],
  "?workflow": ["search", "search in vain"],
  "?status": ["search for a status"],
  "?since": ["search for a time"],
  "?cursor": ["search from a cursor"],
  "cursor of a page": ["search from a page"],
  "?notice": [],
  "?step": [],
  "?json": [],
  "?page": ["run on a page"],
  "?like": [],
  "?as": [],
  "id of no run": ["no run", "action on no run"],
  "id of no workflow": ["no workflow"],
  "name of no value": ["no value"],
  "address of nothing": [],
  // What a form says that is refused.
  "typed JSON": ["start refused", "answer refused"],
  "typed tags": ["start refused", "start refused by the schema"],
  "form key": ["start refused"],
  "typed tag": ["start refused for its tags"],
  "typed text": ["start refused in fields"],
  "typed number": ["start refused in fields"],
  "issue message": ["start refused by the schema"],
  "form step": ["event for no step"],
  // The log-in page.
  "address behind the log-in": ["log-in"],
  "?code": [],
  "form next": [],
} as const;

/** The name of a field. */
export type FieldName = keyof typeof TABLE;

/** The table, as a list. */
export const FIELDS: readonly (readonly [field: string, shownIn: readonly string[]])[] =
  Object.entries(TABLE);

/** What each field is filled with. */
export type Say = (field: FieldName) => string;
