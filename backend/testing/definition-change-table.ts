/** Changes of a workflow that a run waits in, with their verdicts. */
import {
  beside,
  byMap,
  type Case,
  each,
  either,
  inside,
  nest,
  type Part,
  twice,
  wider,
} from "./changed-definition.ts";

/** One change of the workflow, and what becomes of the run. */
export interface Change {
  readonly change: string;
  /** Default: before, mid, the wait, after; which gives 3. */
  readonly from?: (the: Case) => Part[];
  readonly to: (the: Case) => Part[];
  /** The output with which the run goes on, or why it is blocked. `$` is the waiting place. */
  readonly verdict: number | string;
  /** Where the waiting place has no record yet. Default: the same. */
  readonly unrecorded?: number | string;
}

/** What most changes begin with. */
export const usual = (the: Case): Part[] => [
  the.then("before"),
  the.then("mid"),
  the.wait,
  the.then("after"),
];

/** Changes in a plain list of steps. */
export const LINEAR: readonly Change[] = [
  { change: "nothing", to: usual, verdict: 3 },
  {
    change: "a step added at the end",
    to: (the) => [...usual(the), the.then("extra")],
    verdict: 4,
  },
  {
    change: "a step added right after the wait",
    to: (the) => [...usual(the).slice(0, 3), the.then("extra"), the.then("after")],
    verdict: 4,
  },
  {
    change: "a step added before the wait",
    to: (the) => [the.then("before"), the.then("extra"), ...usual(the).slice(1)],
    verdict: '"extra" stands before "$" now, which has already begun',
    unrecorded: '"extra" stands before "mid" now, which has already begun',
  },
  {
    change: "a step added right before the wait",
    to: (the) => [...usual(the).slice(0, 2), the.then("extra"), ...usual(the).slice(2)],
    verdict: '"extra" stands before "$" now, which has already begun',
    unrecorded: 4,
  },
  {
    change: "a finished step removed",
    to: (the) => usual(the).toSpliced(1, 1),
    verdict: '"mid" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "the waiting place removed",
    to: (the) => usual(the).toSpliced(2, 1),
    verdict: '"$" is gone (if it has another id now, say so with renamedFrom)',
    unrecorded: 3,
  },
  {
    change: "a later step removed",
    to: (the) => usual(the).slice(0, 3),
    verdict: 2,
  },
  {
    change: "a finished step renamed",
    to: (the) => usual(the).with(1, the.then("middle")),
    verdict: '"mid" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "a finished step renamed, with `renamedFrom`",
    to: (the) => usual(the).with(1, the.then("middle", "mid")),
    verdict: 3,
  },
  {
    change: "a later step renamed",
    to: (the) => usual(the).with(3, the.then("afterwards")),
    verdict: 3,
  },
  {
    change: "two finished steps in another order",
    to: (the) => [the.then("mid"), the.then("before"), ...usual(the).slice(2)],
    verdict: '"mid" stands before "before" now, which began earlier',
  },
  {
    change: "a later step moved before the wait",
    to: (the) => [...usual(the).slice(0, 2), the.then("after"), the.wait],
    verdict: '"after" stands before "$" now, which has already begun',
    unrecorded: 3,
  },
  {
    change: "a finished step made a workflow",
    to: (the) => usual(the).with(1, (builder) => builder.then(nest("mid", [the.then("inner")]))),
    verdict: '"mid" was a step and is a workflow now',
  },
  {
    change: "a later step made a workflow",
    to: (the) => usual(the).with(3, (builder) => builder.then(nest("after", [the.then("inner")]))),
    verdict: 3,
  },
  {
    change: "a schema changed so that the data still fits",
    to: (the) => usual(the).with(3, (builder) => builder.then(wider("after"))),
    verdict: 3,
  },
  {
    change: "a step added before the wait, in a list that begins with a map",
    from: (the) => [byMap(1), the.then("mid"), the.wait],
    to: (the) => [byMap(1), byMap(1), the.then("mid"), the.wait],
    verdict: '"map#2" stands before "$" now, which has already begun',
    unrecorded: '"map#2" stands before "mid" now, which has already begun',
  },
  {
    change: "the second of two finished maps removed",
    from: (the) => [byMap(1), byMap(0), the.then("mid"), the.wait],
    to: (the) => [byMap(1), the.then("mid"), the.wait],
    verdict: '"map#2" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "the function of a finished map",
    from: (the) => [byMap(1), the.then("mid"), the.wait],
    to: (the) => [byMap(7), the.then("mid"), the.wait],
    verdict: 2,
  },
];

/** Within the constructs: the verdict is the same whether or not the wait has a record. */
export const NESTED: readonly Change[] = [
  {
    change: "`parallel` at work: a child added",
    from: (the) => [beside(the.step("mid"), the.waitStep())],
    to: (the) => [beside(the.step("mid"), the.waitStep(), the.step("extra"))],
    verdict: 2,
  },
  {
    change: "`parallel` at work: its children in another order",
    from: (the) => [beside(the.step("mid"), the.waitStep())],
    to: (the) => [beside(the.waitStep(), the.step("mid"))],
    verdict: 1,
  },
  {
    change: "`parallel` at work: a finished child removed",
    from: (the) => [beside(the.step("mid"), the.waitStep())],
    to: (the) => [beside(the.waitStep())],
    verdict: '"mid" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "`parallel` finished: a child added",
    from: (the) => [beside(the.step("before"), the.step("mid")), the.wait],
    to: (the) => [beside(the.step("before"), the.step("mid"), the.step("extra")), the.wait],
    verdict: '"extra" stands before "wait" now, which has already begun',
  },
  {
    change: "`branch`: arms in another order, one added",
    from: (the) => [either(the.step("other"), the.waitStep())],
    to: (the) => [either(the.step("extra"), the.waitStep(), the.step("other"))],
    verdict: 0,
  },
  {
    change: "`branch`: the chosen arm removed",
    from: (the) => [either(the.step("other"), the.waitStep())],
    to: (the) => [either(the.step("other"))],
    verdict: '"wait" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "`branch`: the chosen arm renamed, with `renamedFrom`",
    from: (the) => [either(the.step("other"), the.waitStep())],
    to: (the) => [either(the.step("other"), the.waitStep("ask", "wait"))],
    verdict: 0,
  },
  {
    change: "a loop: its body renamed, with `renamedFrom`",
    from: (the) => [the.then("mid"), twice(the.waitStep())],
    to: (the) => [the.then("mid"), twice(the.waitStep("ask", "wait"))],
    verdict: 1,
  },
  {
    change: "a loop: its body made another step",
    from: (the) => [the.then("mid"), twice(the.waitStep())],
    to: (the) => [the.then("mid"), twice(the.waitStep("ask"))],
    verdict: '"wait#1" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "`foreach`: its body renamed, with `renamedFrom`",
    from: (the) => [each(the.waitStep())],
    to: (the) => [each(the.waitStep("ask", "wait"))],
    verdict: 0,
  },
  {
    change: "`foreach`: its body made a workflow",
    from: (the) => [each(the.waitStep())],
    to: (the) => [each(nest("wait", [the.then("inner")]))],
    verdict: '"wait[0]" was a step and is a workflow now',
  },
  {
    change: "a finished workflow within: a step added or removed",
    from: (the) => [inside("in", the.then("before"), the.then("mid")), the.wait],
    to: (the) => [inside("in", the.then("extra"), the.then("mid")), the.wait],
    verdict: 2,
  },
  {
    change: "a finished workflow within: another id",
    from: (the) => [inside("in", the.then("before")), the.wait],
    to: (the) => [inside("into", the.then("before")), the.wait],
    verdict: '"in" is gone (if it has another id now, say so with renamedFrom)',
  },
  {
    change: "a workflow within, at work: made a step",
    from: (the) => [the.then("before"), inside("in", the.wait)],
    to: (the) => [the.then("before"), the.then("in")],
    verdict: '"in" was a workflow and is a step now',
  },
];
