/**
 * The HTTP API as a Hono app, and the doors that it shares with the pages. Loads Hono and zod;
 * programs that serve nothing need only `backend/index.ts`.
 *
 * @module
 */

export type { AccessOptions, Judgement, Verdict } from "./access/access.ts";
export { Access } from "./access/access.ts";
export type { OwnOrigin } from "./access/own-origin.ts";
export { refuseNul } from "./access/refuse-nul.ts";
export type { Role } from "./access/role.ts";
export { setSecurityHeaders } from "./access/security-headers.ts";
export { Sessions } from "./access/session.ts";
export type { ApiOptions } from "./api/create-api.ts";
export { createApi } from "./api/create-api.ts";
