/** An email val: a message begins a run, and the next one from the same sender is its reply. */
import { mailVal } from "../../backend/val-town.ts";
import { engine, ticket } from "./flows.ts";

export default mailVal(engine, ({ from, subject = "", text = "" }, { start, send }) =>
  /^re:/i.test(subject)
    ? send("reply", { text }, { match: from })
    : start(ticket, { from, subject }),
);
