/**
 * The default exports of vals: one call makes a file of Val Town's a trigger that serves an app,
 * ticks, or takes mail.
 *
 * @module
 */

export type { GoOnOptions } from "./val-town/go-on.ts";
export type { Mail, MailActions, MailHandler, MailOptions } from "./val-town/mail-val.ts";
export { mailVal } from "./val-town/mail-val.ts";
export type { TickValOptions, TickValResult } from "./val-town/tick-val.ts";
export { tickVal } from "./val-town/tick-val.ts";
export type { ServedApp, WebValOptions } from "./val-town/web-val.ts";
export { webVal } from "./val-town/web-val.ts";
