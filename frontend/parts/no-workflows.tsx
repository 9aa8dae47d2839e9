/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

const CODE = `const engine = new ExecutionEngine(storage, { workflows: [order, report] });
const app = createApp({ engine });`;

/** Says how an engine gets workflows. */
export function NoWorkflows(): JSX.Element {
  return (
    <section class="card blank">
      <h2>No workflows yet</h2>
      <p>The engine has none. Give it those that it shall run, and start the program again:</p>
      <pre class="value">
        <code>{CODE}</code>
      </pre>
    </section>
  );
}
