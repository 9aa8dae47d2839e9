/** An OpenAPI document as a judge of answers and a source of requests. */
import { Ajv2020, type ValidateFunction } from "npm:ajv@8.20.0/dist/2020.js";

/** A JSON Schema, or any other object of the document. */
export type Part = Readonly<Record<string, unknown>>;

/** One thing that the API can be asked for. */
export interface Operation {
  readonly method: string;
  /** With `{name}` for what is filled in. */
  readonly path: string;
  readonly parameters: readonly Part[];
  /** The schema of its body, if it takes one. */
  readonly body: Part | undefined;
  /** The statuses that it can answer with. */
  readonly statuses: readonly string[];
}

/** What was found out about an answer. */
export interface Verdict {
  /** The operation and the status, such as `GET /runs 200`. */
  readonly seen: string;
  /** What is wrong with it; empty when nothing is. */
  readonly faults: readonly string[];
}

const ERROR: Part = { $ref: "#/components/schemas/Error" };

/** A document that an API gave of itself. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #document: Part;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Part) {
    this.#document = document;
    const schemas = Object.entries(partOf(document, "components", "schemas"));
    for (const [name, schema] of schemas) {
      this.#ajv.addSchema({ $id: `open:${name}`, ...open(asPart(schema)) });
      this.#ajv.addSchema({ $id: `closed:${name}`, ...closed(asPart(schema)) });
    }
    this.operations = Object.entries(partOf(document, "paths")).flatMap(([path, item]) =>
      Object.entries(asPart(item)).map(([method, operation]) =>
        operationOf(method.toUpperCase(), path, asPart(operation)),
      ),
    );
  }

  /** A schema of the document by its reference. */
  resolve(schema: Part): Part {
    const { $ref } = schema;
    if (typeof $ref !== "string") return schema;
    return partOf(this.#document, ...$ref.split("/").slice(1));
  }

  /** Judges an answer: its status, its type and its body, in which nothing may stand undocumented. */
  judge(method: string, url: string, response: Response, body: unknown): Verdict {
    const { pathname } = new URL(url, "http://localhost");
    const operation = this.operations.find(
      (each) => each.method === method && matches(each.path, pathname),
    );
    const { status } = response;
    // What nobody can expect, and the document itself, are in no document.
    if (status === 500) return { seen: "500", faults: this.#faults("500", ERROR, body) };
    if (pathname === "/openapi.json") return { seen: pathname, faults: [] };
    if (operation === undefined) return this.#judgeUnknown(`${method} ${pathname}`, status, body);
    const seen = `${operation.method} ${operation.path} ${status}`;
    const answers = partOf(
      this.#document,
      "paths",
      operation.path,
      method.toLowerCase(),
      "responses",
    );
    if (!(status in answers)) return { seen, faults: [`${seen} is not documented`] };
    const { content } = asPart(answers[status]);
    const type = (response.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
    if (content === undefined) return { seen, faults: body === null ? [] : [`${seen} has a body`] };
    const { schema } = asPart(asPart(content)[type]);
    if (schema === undefined) return { seen, faults: [`${seen} has type ${type}`] };
    return {
      seen,
      faults: type === "application/json" ? this.#faults(seen, asPart(schema), body) : [],
    };
  }

  #judgeUnknown(seen: string, status: number, body: unknown): Verdict {
    if (![401, 403, 404, 405, 400].includes(status))
      return { seen, faults: [`${seen}: ${status}`] };
    return { seen, faults: this.#faults(seen, ERROR, body) };
  }

  #faults(name: string, schema: Part, body: unknown): string[] {
    const validate = this.#validators.get(name) ?? this.#ajv.compile(closed(schema));
    this.#validators.set(name, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${name} at ${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  }
}

function operationOf(method: string, path: string, operation: Part): Operation {
  const { parameters = [], requestBody, responses } = operation;
  const content = asPart(asPart(asPart(requestBody).content)["application/json"]);
  return {
    method,
    path,
    parameters: Array.isArray(parameters) ? parameters.map(asPart) : [],
    body: content.schema === undefined ? undefined : asPart(content.schema),
    statuses: Object.keys(asPart(responses)),
  };
}

function matches(path: string, pathname: string): boolean {
  const pattern = path.replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(pathname);
}

/** The schema in which objects have no more than the document says. */
function closed(schema: Part): Part {
  const inner = open(schema, "closed:");
  const isObject = "properties" in schema || "allOf" in schema;
  const isOpen = "additionalProperties" in schema;
  return isObject && !isOpen ? { ...inner, unevaluatedProperties: false } : inner;
}

/** The schema whose parts are closed, but which is not itself: it is a part of a larger one. */
function open(schema: Part, refs = "open:"): Part {
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key === "$ref" && typeof value === "string")
      return [key, value.replace("#/components/schemas/", refs)];
    if (key === "allOf" && Array.isArray(value))
      return [key, value.map((part) => open(asPart(part)))];
    if (Array.isArray(value))
      return [key, value.map((part) => (isPart(part) ? closed(part) : part))];
    if (key === "properties" || key === "patternProperties") return [key, closedAll(asPart(value))];
    return [key, isPart(value) ? closed(value) : value];
  });
  return Object.fromEntries(entries);
}

function closedAll(properties: Part): Part {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, closed(asPart(schema))]),
  );
}

function partOf(part: Part, ...path: readonly string[]): Part {
  return path.reduce((at, key) => asPart(at[key]), part);
}

function asPart(value: unknown): Part {
  return isPart(value) ? value : {};
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
