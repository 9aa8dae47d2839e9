/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { JsonSchema } from "../../backend/index.ts";
import { foldValue } from "../wording/fold-value.ts";
import { CopyButton } from "./copy-button.tsx";
import { FoldedView } from "./value-view.tsx";

interface SchemaViewProps {
  readonly label: string;
  readonly schema: JsonSchema | undefined;
}

/** A schema as JSON Schema, folded until somebody opens it. */
export function SchemaView({ label, schema }: SchemaViewProps): JSX.Element {
  if (schema === undefined) {
    return (
      <p class="note">
        {label}: its schema cannot be written as JSON Schema; it is checked all the same.
      </p>
    );
  }
  const { $schema: _, ...shown } = schema;
  return (
    <details class="schema">
      <summary>{label}</summary>
      <div class="json">
        <div class="json-tools">
          <CopyButton text={JSON.stringify(schema, null, 2)} label={`Copy the ${label} schema`} />
        </div>
        <div class="json-body">
          <FoldedView value={foldValue(shown).root} />
        </div>
      </div>
    </details>
  );
}
