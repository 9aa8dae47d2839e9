/**
 * Plays Val Town for the three vals in examples/val-town/: delivers a message, lets time pass,
 * delivers the reply, and looks at the pages.
 *
 * Run it: deno run -A examples/try-vals.ts
 */
Deno.env.set("WRKFLW_DATABASE_URL", ":memory:");
Deno.env.set("WRKFLW_TOKEN", "a long secret");
Deno.env.delete("WRKFLW_URL");

const { default: receive } = await import("./val-town/inbox.email.ts");
const { default: tick } = await import("./val-town/tick.cron.ts");
const { default: serve } = await import("./val-town/web.http.ts");

const ann = { from: "ann@example.com", to: ["flows@example.com"] };
const first = { ...ann, subject: "Broken lamp", headers: { "message-id": "<1@example.com>" } };
console.log("message:", (await receive(first))?.runs[0]?.status);
// Mail may be delivered twice. It is one run all the same.
console.log("again:", (await receive(first))?.runs.length, "runs");

const { runs, nextDueInMs } = await tick();
console.log(
  "tick:",
  runs.length,
  "runs, the next in",
  Math.ceil((nextDueInMs ?? 0) / 86_400_000),
  "days",
);

const reply = { ...ann, subject: "Re: Broken lamp", text: "It is the bulb" };
console.log("reply:", (await receive(reply))?.runs[0]?.status);

const address = "https://me--flows.web.val.run/runs";
console.log("a stranger:", (await serve(new Request(address))).status);
const headers = { authorization: "Bearer a long secret" };
const page = await (await serve(new Request(address, { headers }))).text();
console.log("with the token:", page.includes("ticket") ? "the run is there" : "nothing");
