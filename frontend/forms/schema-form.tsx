/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { ValidationIssue } from "../../backend/index.ts";
import { visibleText } from "../wording/visible-text.ts";
import {
  type Field,
  fieldName,
  fieldText,
  type GroupField,
  type ValueField,
} from "./form-fields.ts";

interface SchemaFormProps {
  readonly field: Field;
  /** What the fields are filled with. */
  readonly value: unknown;
  /** What was sent before and refused; it is shown as it was typed. */
  readonly sent?: URLSearchParams | undefined;
  readonly issues?: readonly ValidationIssue[] | undefined;
  /** Tells the ids of this form from those of others on the page. */
  readonly prefix: string;
}

/** The fields of a form that asks for a value. */
export function SchemaFields(props: SchemaFormProps): JSX.Element {
  const { field, value } = props;
  if (field.kind !== "group") return <ValueInput {...props} field={field} value={value} />;
  if (field.path.length === 0) return <Group {...props} field={field} />;
  return (
    <fieldset>
      <legend>
        <Label field={field} />
      </legend>
      <Problems
        issues={props.issues?.filter(({ path }) => path.length === field.path.length)}
        path={field.path}
        id={idOf(props.prefix, field)}
      />
      <Group {...props} field={field} />
    </fieldset>
  );
}

interface GroupProps extends SchemaFormProps {
  readonly field: GroupField;
}

function Group({ field, value, ...rest }: GroupProps): JSX.Element {
  return (
    <div class="fields">
      {field.fields.map((each) => (
        <SchemaFields {...rest} field={each} value={partOf(value, each.path.at(-1) ?? "")} />
      ))}
    </div>
  );
}

interface ValueInputProps extends SchemaFormProps {
  readonly field: ValueField;
}

function ValueInput({ field, value, sent, issues, prefix }: ValueInputProps): JSX.Element {
  const id = idOf(prefix, field);
  const text = sent?.get(fieldName(field.path)) ?? fieldText(field, value);
  const isWrong = issues?.some(({ path }) => isAt(path, field.path)) === true;
  const described = [
    ...(isWrong ? [`${id}-problem`] : []),
    ...(field.hint === undefined ? [] : [`${id}-hint`]),
  ];
  return (
    <div class="field">
      <label for={id}>
        <Label field={field} />
      </label>
      {field.hint !== undefined && (
        <p class="note" id={`${id}-hint`}>
          {visibleText(field.hint)}
        </p>
      )}
      <Control
        field={field}
        text={text}
        attributes={{
          id,
          name: fieldName(field.path),
          "aria-invalid": isWrong ? "true" : undefined,
          "aria-describedby": described.length === 0 ? undefined : described.join(" "),
        }}
      />
      <Problems path={field.path} issues={issues} id={id} />
    </div>
  );
}

function Label({ field }: { readonly field: Field }): JSX.Element {
  return (
    <>
      <bdi>{visibleText(field.label)}</bdi>
      {!field.isRequired && <span class="note"> optional</span>}
      {field.kind === "lines" && <span class="note"> one a line</span>}
      {field.kind === "json" && <span class="note"> as JSON</span>}
    </>
  );
}

interface ControlProps {
  readonly field: ValueField;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

function Control({ field, text, attributes }: ControlProps): JSX.Element {
  const { kind, isRequired, min, max } = field;
  if (kind === "yes-no" || kind === "choice") return <Choice {...{ field, text, attributes }} />;
  if (kind === "json" || kind === "lines" || kind === "long-text") {
    const rows = Math.min(14, Math.max(kind === "json" ? 2 : 3, text.split("\n").length));
    return (
      <textarea {...attributes} class={kind === "json" ? "code" : undefined} rows={rows}>
        {`\n${text}`}
      </textarea>
    );
  }
  if (kind === "number" || kind === "integer") {
    const step = kind === "integer" ? "1" : "any";
    const isBounded = (bound: number | undefined) =>
      bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
    return (
      <input
        {...attributes}
        type="number"
        step={step}
        min={isBounded(min)}
        max={isBounded(max)}
        value={text}
        required={isRequired}
      />
    );
  }
  return <input {...attributes} type={field.inputType} value={text} />;
}

function Choice({ field, text, attributes }: ControlProps): JSX.Element {
  const choices = field.kind === "yes-no" ? ["yes", "no"] : field.choices;
  return (
    <select {...attributes} required={field.isRequired}>
      {!(field.isRequired && choices.includes(text)) && <option value="">–</option>}
      {choices.map((choice) => (
        <option value={choice} selected={choice === text}>
          {visibleText(choice)}
        </option>
      ))}
    </select>
  );
}

interface ProblemsProps {
  readonly path: readonly string[];
  readonly issues: readonly ValidationIssue[] | undefined;
  readonly id: string;
}

function Problems({ path, issues, id }: ProblemsProps): JSX.Element | null {
  const own = (issues ?? []).filter((issue) => isAt(issue.path, path));
  if (own.length === 0) return null;
  return (
    <p class="problem" id={`${id}-problem`}>
      {own
        .map(({ path: place, message }) => {
          const below = place.slice(path.length).map(String).join(".");
          return visibleText(below === "" ? message : `${below}: ${message}`);
        })
        .join("; ")}
    </p>
  );
}

/** Whether a problem is shown beside the field at a path. */
function isAt(place: ValidationIssue["path"], path: readonly string[]): boolean {
  return path.length > 0 && path.every((key, index) => String(place[index]) === key);
}

function idOf(prefix: string, { path }: Field): string {
  return `${prefix}-${path.map((key) => encodeURIComponent(key.toWellFormed())).join("-")}`;
}

function partOf(value: unknown, key: string): unknown {
  const isHeld = typeof value === "object" && value !== null && Object.hasOwn(value, key);
  return isHeld ? Reflect.get(value, key) : undefined;
}
