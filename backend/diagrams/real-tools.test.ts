/** What the real Mermaid and the real Graphviz make of our diagrams. */
import mermaidSource from "npm:mermaid@12.3.0/dist/mermaid.min.js" with { type: "text" };
import { assertEquals } from "@std/assert";
import type { StoredRun } from "../records.ts";
import { buildWorkflow } from "../testing/build-workflow.ts";
import { chromiumAvailable, openBrowser } from "../testing/chromium.ts";
import { takeCourse } from "../testing/faults/course.ts";
import { planOf } from "../testing/faults/random-plan.ts";
import { graphvizAvailable, runDot } from "../testing/graphviz.ts";
import { HOSTILE_LABELS } from "../testing/hostile-labels.ts";
import { hostileRun, hostileShape, manyHostile } from "../testing/hostile-run.ts";
import { type Drawable, type VisualizationFormat, visualizeExecution } from "../visualize.ts";
import { boxLines, type DiagramNode, diagramOf } from "./diagram-node.ts";
import { diagramOptions } from "./diagram-options.ts";
import { runTree } from "./run-tree.ts";

/** Runs by chance that are drawn: every construct is among them. */
const SEEDS = 8;

const OPTIONS = { showResults: true };
const MANY = manyHostile(HOSTILE_LABELS);

interface Drawn {
  readonly workflow: Drawable;
  readonly run: StoredRun;
}

function hostile(label: string): Drawn {
  return { workflow: { shape: () => hostileShape(label) }, run: hostileRun(label) };
}

async function byChance(seed: number): Promise<Drawn> {
  const plan = planOf(seed);
  const idle = {
    executed: () => Promise.resolve(""),
    meddle: async () => {},
    spend: async () => {},
  };
  return { workflow: buildWorkflow(plan.workflow, idle), run: await takeCourse(plan) };
}

function draw({ workflow, run }: Drawn, format: VisualizationFormat): string {
  return visualizeExecution(workflow, run, format, OPTIONS);
}

/** What each box must say, by its key. */
function expectedBoxes({ workflow, run }: Drawn): Record<string, string> {
  const root = diagramOf(runTree(run, workflow.shape()), diagramOptions(OPTIONS));
  const all = (node: DiagramNode): DiagramNode[] => [node, ...node.children.flatMap(all)];
  const boxes = all(root).map((node) => [node.key, boxLines(node).join("\n").trim()]);
  return Object.fromEntries([...boxes, [`${root.key}e`, "End"]]);
}

function assertBoxes(found: Record<string, string>, drawn: Drawn): void {
  const expected = expectedBoxes(drawn);
  assertEquals(Object.keys(found).sort(), Object.keys(expected).sort());
  // Mermaid's boxes have joiners, which nobody sees, where it would read more than text.
  const seen = (key: string) => found[key]?.replaceAll("\u2060", "");
  const odd = Object.keys(expected).filter((key) => seen(key) !== expected[key]);
  assertEquals(
    odd.map(seen),
    odd.map((key) => expected[key]),
  );
}

/** What the browser tells of a diagram that Mermaid drew. */
interface Rendered {
  readonly boxes: Record<string, string>;
  readonly elements: string[];
  readonly attributes: string[];
}

/** Runs in the page: draws a diagram, and tells what is in it. */
const RENDER = `async ([text, securityLevel]) => {
  mermaid.initialize({ startOnLoad: false, securityLevel, maxEdges: 10000, maxTextSize: 10000000 });
  const { svg } = await mermaid.render("drawn", text);
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  document.body.append(holder);
  for (const line of holder.querySelectorAll("br")) line.replaceWith("\\n");
  const labelled = [...holder.querySelectorAll("g.node, g.cluster")];
  const key = (id) => /n\\d+e?/.exec(id.replace(/^drawn-/, ""))?.[0] ?? id;
  const label = (box) => box.querySelector(".nodeLabel")?.textContent.trim() ?? "";
  const all = [...holder.querySelectorAll("*")];
  const found = {
    boxes: Object.fromEntries(labelled.map((box) => [key(box.id), label(box)])),
    elements: [...new Set(all.map((each) => each.localName))],
    attributes: [...new Set(all.flatMap((each) => each.getAttributeNames()))],
  };
  holder.remove();
  return found;
}`;

const DRAWN_BY_MERMAID = new Set(
  "svg style g rect path marker defs foreignobject foreignObject div span p filter feDropShadow fedropshadow circle text tspan polygon lineargradient linearGradient stop".split(
    " ",
  ),
);

Deno.test({
  name: "Mermaid reads every diagram, and shows the labels and nothing else",
  ignore: !chromiumAvailable(),
  fn: async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const surprises: string[] = [];
      page.on("dialog", (dialog) => surprises.push(`dialog ${dialog.message()}`));
      page.on("request", (request) => surprises.push(`request ${request.url()}`));
      page.on("pageerror", (error) => surprises.push(`error ${error.message}`));
      await page.addScriptTag({ content: mermaidSource });

      const many = { workflow: { shape: () => MANY.shape }, run: MANY.run };
      const chance = await Promise.all(Array.from({ length: SEEDS }, (_, seed) => byChance(seed)));
      const all = [...HOSTILE_LABELS.map(hostile), many, ...chance];
      const texts = all.map((each) => draw(each, "mermaid"));
      const kinds = await page.evaluate<unknown>(
        `(async (texts) => {
          mermaid.initialize({ startOnLoad: false, maxTextSize: 10000000, maxEdges: 10000 });
          const kinds = [];
          for (const text of texts) kinds.push((await mermaid.parse(text)).diagramType);
          return kinds;
        })(${JSON.stringify(texts)})`,
      );
      assertEquals(
        kinds,
        texts.map(() => "flowchart-v2"),
      );
      for (const [drawn, level] of [
        [many, "strict"],
        [many, "loose"],
        ...chance.map((one) => [one, "strict"]),
      ] as const) {
        const text = draw(drawn as Drawn, "mermaid");
        const found = await page.evaluate<Rendered>(
          `(${RENDER})(${JSON.stringify([text, level])})`,
        );
        assertBoxes(found.boxes, drawn as Drawn);
        const odd = found.elements.filter((name) => !DRAWN_BY_MERMAID.has(name));
        assertEquals(odd, [], "elements that are no part of a diagram");
        const active = found.attributes.filter((name) => /^on|href|src/i.test(name));
        assertEquals(active, [], "attributes that do something");
      }
      assertEquals(surprises, []);
    } finally {
      await browser.close();
    }
  },
});

Deno.test({
  name: "Graphviz reads every diagram, and shows the labels and nothing else",
  ignore: !graphvizAvailable(),
  fn: async () => {
    const many = { workflow: { shape: () => MANY.shape }, run: MANY.run };
    const svg = await runDot(draw(many, "dot"), "svg");
    assertBoxes(boxesIn(svg), many);
    assertEquals(/<(?:a|image|script)\b|xlink/.test(svg.replace(/<svg [^>]*>/, "")), false);

    const chance = await Promise.all(Array.from({ length: SEEDS }, (_, seed) => byChance(seed)));
    const all = [...HOSTILE_LABELS.map(hostile), ...chance];
    const graphs = all.map((each) => draw(each, "dot"));
    const read = await runDot(graphs.join("\n"), "canon");
    assertEquals(read.match(/^digraph/gm)?.length, all.length);
    const drawn = await runDot(chance.map((each) => draw(each, "dot")).join("\n"), "svg");
    for (const [index, text] of drawn.split("<svg ").slice(1).entries()) {
      assertBoxes(boxesIn(text), chance[index] ?? many);
    }
  },
});

/** The texts in a drawing, by the key of their box. */
function boxesIn(svg: string): Record<string, string> {
  const boxes = [...svg.matchAll(/<g id="[^"]*" class="(?:node|cluster)">([\s\S]*?)<\/g>/g)];
  return Object.fromEntries(
    boxes.map(([, box = ""]) => {
      const [, key = ""] = /<title>(?:cluster_)?(\w+)<\/title>/.exec(box) ?? [];
      const lines = [...box.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
      return [key, lines.map(unescaped).join("\n").trim()];
    }),
  );
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', amp: "&" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
    code === undefined
      ? (names[name] ?? whole)
      : String.fromCodePoint(Number(code)).replace("\u00a0", " "),
  );
}
