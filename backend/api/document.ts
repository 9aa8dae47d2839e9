/** What the API says of itself, made from the schemas that check requests. */
import type { OpenAPIHono } from "npm:@hono/zod-openapi@1.6.3";
import { answerOtherMethod } from "./answer-error.ts";

const DESCRIPTION = `Starts, watches and steers the runs of a wrkflw engine.

Errors have the form \`{ error: { code, message, issues? } }\`. Times are milliseconds since 1970.`;

/** Adds `GET /openapi.json`. */
export function addDocument(app: OpenAPIHono): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "WRKFLW_TOKEN for everything, WRKFLW_READ_TOKEN for requests that change nothing",
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "wrkflw", version: "1", description: DESCRIPTION },
    // Relative to the document, so that it holds wherever the API is mounted.
    servers: [{ url: "." }],
    security: [{ token: [] }],
  });
}

/** Tells who asks an address for something else what it does; call it after all routes are there. */
export function refuseOtherMethods(app: OpenAPIHono): void {
  const methods = new Map<string, string[]>([["/openapi.json", ["GET"]]]);
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path } = definition.route;
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  for (const [path, known] of methods) {
    const pattern = path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.all(pattern, (c) => answerOtherMethod(c, known));
  }
}
