/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { CopyButton } from "./copy-button.tsx";

const EXPORTS: readonly (readonly [name: string, label: string])[] = [
  ["mermaid", "Mermaid diagram"],
  ["snapshot", "Snapshot as JSON"],
];

/** The run in forms that other programs read. */
export function RunExports({ href }: { readonly href: string }): JSX.Element {
  return (
    <section class="exports" aria-labelledby="exports">
      <h2 id="exports">Take it with you</h2>
      <ul>
        {EXPORTS.map(([name, label]) => (
          <li>
            <a href={`${href}/values/${name}`}>{label}</a>
            <CopyButton from={`${href}/values/${name}`} label={`Copy ${label}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
