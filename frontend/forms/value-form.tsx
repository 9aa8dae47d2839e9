/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { JsonSchema, ValidationIssue } from "../../backend/index.ts";
import { visibleText } from "../wording/visible-text.ts";
import { fieldOf } from "./form-fields.ts";
import { type FormValue, readFields, readJson } from "./read-form.ts";
import { SchemaFields } from "./schema-form.tsx";

/** A form that was sent and refused. */
export interface RefusedForm {
  /** What was sent. */
  readonly sent: URLSearchParams;
  /** Why it was refused, in one sentence. */
  readonly problem: string;
  readonly issues: readonly ValidationIssue[];
}

interface ValueFormProps {
  /** What the value must be like; without one it is typed in as JSON. */
  readonly schema: JsonSchema | undefined;
  /** Whether to type JSON although there are fields. */
  readonly isRaw: boolean;
  /** The address of this page with the other kind of form. */
  readonly otherHref: string;
  readonly label: string;
  /** What the form is filled with; `undefined`: nothing. */
  readonly value: unknown;
  readonly refused: RefusedForm | undefined;
  /** Tells this form's ids from others on the page. */
  readonly prefix: string;
}

/** What asks for a value: fields made of its schema, or JSON. */
export function ValueForm(props: ValueFormProps): JSX.Element {
  const { schema, isRaw, otherHref, value, refused, prefix } = props;
  const hasFields = schema !== undefined && hasUsefulFields(schema);
  const showsFields = hasFields && !isRaw;
  return (
    <>
      {refused !== undefined && <Refusal refused={refused} />}
      <input type="hidden" name="as" value={showsFields ? "fields" : "json"} />
      {showsFields ? (
        <SchemaFields
          field={fieldOf(schema)}
          value={value}
          sent={refused?.sent}
          issues={refused?.issues}
          prefix={prefix}
        />
      ) : (
        <JsonField {...props} />
      )}
      {hasFields && (
        <p class="note">
          <a href={otherHref}>{showsFields ? "Type JSON instead" : "Show fields instead"}</a>
        </p>
      )}
    </>
  );
}

/** A form of one JSON field would be no better than JSON alone. */
function hasUsefulFields(schema: JsonSchema): boolean {
  return fieldOf(schema).kind !== "json";
}

function JsonField({ label, value, refused, prefix, schema }: ValueFormProps): JSX.Element {
  const typed = refused?.sent.get("json");
  const text = typed ?? JSON.stringify(value ?? skeleton(schema), null, 2) ?? "";
  return (
    <div class="field">
      <label for={`${prefix}-json`}>
        {label}
        <span class="note"> as JSON</span>
      </label>
      <textarea
        id={`${prefix}-json`}
        name="json"
        class="code"
        rows={Math.min(20, Math.max(4, text.split("\n").length))}
      >
        {`\n${text}`}
      </textarea>
    </div>
  );
}

/** Something to begin with, where nobody has given an example. */
function skeleton(schema: JsonSchema | undefined): unknown {
  if (schema === undefined) return undefined;
  const properties = schema.properties;
  if (typeof properties !== "object" || properties === null) return undefined;
  return Object.fromEntries(Object.keys(properties).map((name) => [name, null]));
}

function Refusal({ refused }: { readonly refused: RefusedForm }): JSX.Element {
  const { problem, issues } = refused;
  return (
    <div class="notice bad" role="alert">
      <p>{visibleText(problem)}</p>
      {issues.length > 0 && (
        <ul>
          {issues.map(({ path, message }) => (
            <li>
              {path.length > 0 && (
                <>
                  <code>{visibleText(path.join("."))}</code>:{" "}
                </>
              )}
              {visibleText(message)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Reads what a form of this kind was filled with. */
export function readValueForm(schema: JsonSchema | undefined, sent: URLSearchParams): FormValue {
  if (sent.get("as") === "fields" && schema !== undefined) return readFields(fieldOf(schema), sent);
  return readJson(sent.get("json") ?? "");
}
