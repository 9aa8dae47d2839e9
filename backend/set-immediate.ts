/** A module of its own: one of the runtime would be loaded at once, however it is imported. */
export { setImmediate } from "node:timers";
