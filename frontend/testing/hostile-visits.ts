/** The requests whose answers show what somebody else wrote, each by a name. */
import type { Say } from "./hostile-fields.ts";
import { columnOf, NAMES, workflowIdOf } from "./hostile-names.ts";
import { OWN_PAGE } from "./open-app.ts";

/** What is asked for. */
export interface Visit {
  readonly path: string;
  /** The form that is sent; without one a page is opened. */
  readonly form?: Readonly<Record<string, string>>;
  /** Whether nobody has logged in, where one must. */
  readonly isStranger?: true;
}

const VISITS: Readonly<Record<string, (say: Say) => Visit>> = {
  runs: () => ({ path: "/runs" }),
  run: (say) => ({ path: run(say) }),
  "run at work": () => ({ path: `/runs/${NAMES.atWork}` }),
  "run that ended well": () => ({ path: `/runs/${NAMES.well}` }),
  "run that asks": () => ({ path: `/runs/${NAMES.asking}` }),
  "run that is blocked": () => ({ path: `/runs/${NAMES.blocked}` }),
  "run on a page": (say) => ({ path: `${run(say)}?page=${escaped(say("?page"))}` }),
  "run with odd questions": (say) => ({
    path: `${run(say)}?step=${escaped(say("?step"))}&json=${escaped(say("?json"))}&notice=${escaped(say("?notice"))}`,
  }),
  step: (say) => ({ path: `${run(say)}?step=${escaped(columnOf(say("step path")))}` }),
  "step that failed": (say) => ({
    path: `${run(say)}?step=${escaped(`scope/${columnOf(say("step path within another"))}`)}`,
  }),
  "step that logs": (say) => ({ path: `${run(say)}?step=log` }),
  "step that waits": (say) => ({ path: `${run(say)}?step=wait` }),
  "step that was resumed": (say) => ({ path: `${run(say)}?step=resumed` }),
  "step that cannot be read": (say) => ({ path: `${run(say)}?step=raw` }),
  "step that asks": (say) => ({
    path: `/runs/${NAMES.asking}?step=${escaped(columnOf(say("path that asks")))}`,
  }),
  "value: run input": (say) => ({ path: `${run(say)}/values/input` }),
  "value: run output": () => ({ path: `/runs/${NAMES.well}/values/output` }),
  "value: run state": () => ({ path: `/runs/${NAMES.well}/values/state` }),
  "value: run snapshot": (say) => ({ path: `${run(say)}/values/snapshot?download` }),
  "value: run mermaid": (say) => ({ path: `${run(say)}/values/mermaid?download` }),
  "value: step input": (say) => ({ path: `${run(say)}/values/3.2/input` }),
  "value: step output": (say) => ({ path: `${run(say)}/values/1.1/output?download` }),
  "value: step state": (say) => ({ path: `${run(say)}/values/1.1/state` }),
  "value: step error": (say) => ({ path: `${run(say)}/values/3.2/error` }),
  "value: step log": (say) => ({ path: `${run(say)}/values/4.1/logs` }),
  "value: step wait": (say) => ({ path: `${run(say)}/values/5.1/wait` }),
  "value: step payload": (say) => ({ path: `${run(say)}/values/5.1/payload` }),
  "old run": () => ({ path: `/runs/${NAMES.old}` }),
  "old step": (say) => ({ path: `/runs/${NAMES.old}?step=${escaped(say("old step"))}` }),
  "old step that failed": () => ({ path: `/runs/${NAMES.old}?step=render` }),
  "old run with an odd path": () => ({ path: `/runs/${NAMES.oldOdd}` }),
  "value: old snapshot": () => ({ path: `/runs/${NAMES.old}/values/snapshot` }),
  "value: old snapshot with an odd path": () => ({
    path: `/runs/${NAMES.oldOdd}/values/snapshot`,
  }),
  workflows: () => ({ path: "/workflows" }),
  workflow: (say) => ({ path: workflow(say) }),
  "workflow as JSON": (say) => ({ path: `${workflow(say)}?as=json` }),
  "workflow as something else": (say) => ({ path: `${workflow(say)}?as=${escaped(say("?as"))}` }),
  "workflow like a run": (say) => ({ path: `${workflow(say)}?like=${NAMES.like}` }),
  "workflow like a run, as JSON": (say) => ({
    path: `${workflow(say)}?like=${NAMES.like}&as=json`,
  }),
  "workflow like no run": (say) => ({ path: `${workflow(say)}?like=${escaped(say("?like"))}` }),
  search: (say) => ({
    path: `/runs?q=${escaped(say("?q"))}&tag=${escaped(say("?tag"))}&workflow=${escaped(say("?workflow"))}&since=1h`,
  }),
  "search in vain": (say) => ({
    path: `/runs?workflow=${escaped(say("?workflow"))}&status=failed`,
  }),
  "search for a status": (say) => ({ path: `/runs?status=${escaped(say("?status"))}` }),
  "search for a time": (say) => ({ path: `/runs?since=${escaped(say("?since"))}` }),
  "search from a cursor": (say) => ({ path: `/runs?cursor=${escaped(say("?cursor"))}` }),
  "search from a page": (say) => ({
    path: `/runs?q=${escaped(say("?q"))}&tag=${escaped(say("?tag"))}&cursor=9000000000000~${escaped(say("cursor of a page"))}&cursor=9000000000000~x`,
  }),
  "no run": (say) => ({ path: `/runs/missing-${escaped(say("id of no run"))}` }),
  "action on no run": (say) => ({
    path: `/runs/missing-${escaped(say("id of no run"))}/cancel`,
    form: {},
  }),
  "way back to a form": (say) => ({ path: `/runs/${escaped(say("id of no run"))}/cancel` }),
  "no workflow": (say) => ({ path: `/workflows/missing-${escaped(say("id of no workflow"))}` }),
  "no value": (say) => ({ path: `${run(say)}/values/${escaped(say("name of no value"))}` }),
  nothing: (say) => ({ path: `/nothing-${escaped(say("address of nothing"))}` }),
  "start refused": (say) => ({
    path: `${workflow(say)}/start`,
    form: {
      as: "json",
      json: `{${say("typed JSON")}`,
      tags: say("typed tags"),
      key: say("form key"),
    },
  }),
  "start refused in fields": (say) => ({
    path: `${workflow(say)}/start`,
    form: {
      as: "fields",
      "value/name": say("typed text"),
      "value/count": `x${say("typed number")}`,
    },
  }),
  "start refused by the schema": (say) => ({
    path: `${workflow(say)}/start`,
    form: { as: "json", json: '{"name":1,"never":1}', tags: say("typed tags") },
  }),
  "start refused for its tags": (say) => ({
    path: `${workflow(say)}/start`,
    form: {
      as: "json",
      json: JSON.stringify({ name: "", count: 1, [`need ${say("required property")}`]: "" }),
      tags: `${say("typed tag")}${"x".repeat(300)}`,
    },
  }),
  "answer refused": (say) => ({
    path: `/runs/${NAMES.asking}/resume`,
    form: { as: "json", step: columnOf(say("path that asks")), json: `{${say("typed JSON")}` },
  }),
  "event for no step": (say) => ({
    path: `/runs/${NAMES.asking}/event`,
    form: { step: `no ${say("form step")}` },
  }),
  "log-in": (say) => ({
    path: `/runs?q=${escaped(say("address behind the log-in"))}`,
    isStranger: true,
  }),
  "log-in by a code": (say) => ({ path: `/login?code=${escaped(say("?code"))}`, isStranger: true }),
  "log-in refused": (say) => ({
    path: "/login",
    form: { token: "wrong", next: say("form next") },
    isStranger: true,
  }),
};

/** Every visit to a site that was filled by `say`. */
export function visitsTo(say: Say): readonly (readonly [name: string, visit: Visit])[] {
  return Object.entries(VISITS).map(([name, visit]) => [name, visit(say)]);
}

/** How a visit is made: as a browser sends forms, from the app's own page. */
export function initOf({ form }: Visit): RequestInit {
  if (form === undefined) return {};
  const headers = { "Content-Type": "application/x-www-form-urlencoded", ...OWN_PAGE };
  return { method: "POST", headers, body: String(new URLSearchParams(form)) };
}

function run(say: Say): string {
  return `/runs/${escaped(columnOf(say("run id")))}`;
}

function workflow(say: Say): string {
  return `/workflows/${escaped(workflowIdOf(say))}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
