/** No id, kind, description, event, error or output becomes more than a label, whatever it holds. */
import { assert, assertEquals } from "@std/assert";
import { HOSTILE_LABELS } from "../testing/hostile-labels.ts";
import { hostileRun, hostileShape } from "../testing/hostile-run.ts";
import { type VisualizationFormat, visualizeExecution, visualizeWorkflow } from "../visualize.ts";

/** The workflow and the run with a text everywhere, drawn with all there is. */
function drawings(label: string, format: VisualizationFormat): string[] {
  const workflow = { shape: () => hostileShape(label) };
  const run = hostileRun(label);
  return [
    visualizeWorkflow(workflow, format),
    visualizeExecution(workflow, run, format, { showResults: true }),
    visualizeExecution(undefined, run, format, { showResults: true }),
  ];
}

/** Compares what is left of the drawings without their labels. */
function assertSameStructure(
  format: VisualizationFormat,
  structureOf: (drawing: string, name: string) => unknown,
): void {
  const harmless = drawings("harmless (harmless)", format).map((text) => structureOf(text, ""));
  for (const label of HOSTILE_LABELS) {
    const name = JSON.stringify(label.slice(0, 80));
    const hostile = drawings(label, format).map((text) => structureOf(text, name));
    assertEquals(hostile, harmless, name);
  }
}

Deno.test("there are at least sixty hostile labels", () => {
  assert(new Set(HOSTILE_LABELS).size >= 60);
});

Deno.test("in Mermaid, hostile labels are letters, digits and numbers of characters", () => {
  assertSameStructure("mermaid", (drawing, name) => {
    for (const [, label = ""] of drawing.matchAll(/"([^"]*)"/g)) {
      assert(/^(?:[\p{L}\p{M}\p{N} ]|#\d+;|<br\/>)+$/u.test(label), `${name}: ${label}`);
    }
    return drawing.replace(/"[^"]*"/g, '""').split("\n");
  });
});

Deno.test("in dot, hostile labels stay within their quotes", () => {
  assertSameStructure("dot", (drawing, name) => {
    const label = /label="(?:[^"\\\n]|\\["\\n])*"/g;
    for (const [text] of drawing.matchAll(label)) {
      assertEquals(/&(?!amp;)/.test(text), false, `${name}: ${text}`);
    }
    return drawing.replace(label, "label").split("\n");
  });
});

Deno.test("in plain text, hostile labels stay on the line of their node and look like no other", () => {
  const prefix = /^[ |]*(?:\+-> |\+-- |: )?(?:\[.\] )?/;
  assertSameStructure("ascii", (drawing, name) => {
    assertEquals(/[^\P{C}\n]/u.test(drawing), false, `${name}: a character cannot be seen`);
    return drawing.split("\n").flatMap((line) => {
      const [structure] = prefix.exec(line) ?? [""];
      // What is said of a node; a text that is empty is left out.
      if (structure.endsWith(": ")) return [];
      const rest = line.slice(structure.length);
      assert(/^("|[^[\]+|<>]*(: |$))/.test(rest), `${name}: ${line}`);
      return [structure];
    });
  });
});

Deno.test("in JSON, hostile labels are read back as they are, and need no escape within a page", () => {
  const placeholder = "harmless";
  for (const [index, harmless] of drawings(placeholder, "json").entries()) {
    for (const label of HOSTILE_LABELS) {
      const text = drawings(label, "json")[index] ?? "";
      assertEquals(/[<>&\u2028\u2029]/.test(text), false, JSON.stringify(label));
      const expected: unknown = JSON.parse(harmless, (_, value: unknown) => {
        if (typeof value === "string") return value.replaceAll(placeholder, () => label);
        const isResult = typeof value === "object" && value !== null && placeholder in value;
        return isResult ? Object.fromEntries([[label, label]]) : value;
      });
      assertEquals(JSON.parse(text), expected, JSON.stringify(label.slice(0, 80)));
    }
  }
});
