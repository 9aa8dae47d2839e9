/** What the world around a run does, and when. */
import type { Chance } from "../random-workflow.ts";
import type { Manner } from "./plan.ts";

/** Answers each question anew; where chance is asked, the order of the questions counts. */
export interface Conduct {
  /** Whether a process that finds the run under way starts it once more. */
  startsAgain(): boolean;
  /** Whether a run is started at once instead of enqueued. */
  startsDirectly(): boolean;
  /** Whether an event is sent before anybody waits for it. */
  sendsEarly(): boolean;
  /** Whether what was sent is sent once more. */
  sendsTwice(): boolean;
  /** Whether two people resume a step at once. */
  resumesTwice(): boolean;
  /** Whether others act while a step is at work. */
  meddles(): boolean;
  /** Whether a second process ticks at the same time. */
  hasBystander(): boolean;
  /** Whether time passes although somebody helped the run just now. */
  lingers(): boolean;
  /** Whether a tick is given little time. */
  hurries(): boolean;
  /** Whether somebody sends an event again whose first sending was confirmed. */
  forgetsSending(): boolean;
  /** One of so many. */
  choose(count: number): number;
}

/** How the world behaves in this manner. */
export function conductOf(manner: Manner, chance: Chance): Conduct {
  if (manner === "chance") return byChance(chance);
  const isEager = manner === "eager";
  return {
    startsAgain: () => isEager,
    startsDirectly: () => !isEager,
    sendsEarly: () => isEager,
    sendsTwice: () => true,
    resumesTwice: () => isEager,
    meddles: () => isEager,
    hasBystander: () => false,
    lingers: () => false,
    hurries: () => false,
    forgetsSending: () => false,
    choose: () => 0,
  };
}

function byChance(chance: Chance): Conduct {
  return {
    startsAgain: () => chance.oneIn(3),
    startsDirectly: () => chance.oneIn(2),
    sendsEarly: () => chance.oneIn(3),
    sendsTwice: () => chance.oneIn(3),
    resumesTwice: () => chance.oneIn(4),
    meddles: () => chance.oneIn(6),
    hasBystander: () => chance.oneIn(8),
    lingers: () => chance.oneIn(4),
    hurries: () => chance.oneIn(3),
    forgetsSending: () => true,
    choose: (count) => chance.below(count),
  };
}
