/** The graph and the timeline. */
export const DRAWINGS = `
.drawings { display: grid; grid-template-columns: minmax(16rem, 22rem) minmax(0, 1fr); gap: 1rem; align-items: start; margin-bottom: 1rem; }
.drawings h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.5rem; }
.drawing { padding: 0.875rem 1rem 1rem; display: grid; gap: 0.75rem; }
.drawing > * { min-width: 0; }
.course { min-width: 0; }

.graph { overflow-x: auto; max-height: 44rem; overflow-y: auto; padding: 2px; margin: -2px; }
.flow { list-style: none; padding: 0; margin: 0; display: grid; }
.flow > li { min-width: 0; }
.sequence { justify-items: center; gap: 1.125rem; }
.sequence > li { max-width: 100%; position: relative; }
.sequence > li + li::before {
  content: ""; position: absolute; left: 50%; top: -1.125rem; height: 1.125rem; border-left: 1.5px solid var(--line-strong);
}
.sequence > li + li::after {
  content: ""; position: absolute; left: calc(50% - 3px); top: -0.5rem; width: 7px; height: 7px;
  border-right: 1.5px solid var(--line-strong); border-bottom: 1.5px solid var(--line-strong); transform: rotate(45deg);
}
.beside { display: flex; flex-wrap: wrap; justify-content: center; gap: 0.5rem; align-items: flex-start; }
.flow-box {
  border: 1px dashed var(--line-strong); border-radius: var(--round); padding: 0.375rem 0.625rem 0.625rem;
  display: grid; gap: 0.5rem; background: var(--sunken); justify-items: center; max-width: 100%;
}
.flow-box.odd { background: var(--surface); }
.flow-box > * { max-width: 100%; min-width: 0; }
.flow-node, .flow-head {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.1875rem 0.4375rem; font-size: 0.8125rem; color: var(--text);
  text-decoration: none; max-width: 100%;
}
.flow-node {
  padding: 0.3125rem 0.625rem; border: 1px solid var(--line-strong); border-radius: 8px; background: var(--surface);
  border-inline-start: 3px solid var(--tone, var(--line-strong));
}
.flow-node .icon, .flow-head .icon { color: var(--tone); }
.flow-node.status-failed, .flow-node.status-suspended, .flow-node.status-running, .flow-node.status-waiting, .flow-node.status-blocked { background: var(--soft); }
.flow-node.status-not-reached, .flow-node.status-skipped { color: var(--muted); border-style: dashed; border-inline-start-width: 1px; }
.flow-box.status-failed, .flow-box.status-running { border-color: var(--tone); }
.flow-name { font-weight: 560; overflow-wrap: anywhere; min-width: 0; }
.flow-facts { color: var(--muted); font-size: 0.75rem; }
a.flow-node:hover, a.flow-head:hover { border-color: var(--accent); }
a.flow-head:hover .flow-name { text-decoration: underline; }
.flow-node[aria-current], .flow-head[aria-current] { outline: 2px solid var(--accent); outline-offset: 1px; }
.flow-head[aria-current] { border-radius: 4px; }
.flow-more { font-size: 0.8125rem; }
.flow-more > summary { color: var(--accent); cursor: pointer; text-align: center; }
.flow-more > ol { margin-top: 0.75rem; }
.flow-node.status-running .icon, .row.status-running .icon { animation: breathe 1.6s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.35; } }
@media (prefers-reduced-motion: reduce) { .flow-node .icon, .row .icon { animation: none !important; } }

.status-not-reached, .status-skipped { --tone: var(--muted); --soft: var(--sunken); }
.kind {
  padding: 0 0.375rem; border: 1px solid var(--line); border-radius: 4px;
  color: var(--muted); font-size: 0.6875rem; font-weight: 500; white-space: nowrap;
}
.step h2 .kind { margin-inline-start: 0.5rem; }

.timeline { padding: 0.875rem 0 0.375rem; }
.timeline > h2, .timeline > .note { padding: 0 1rem; }
.timeline > .note { padding-bottom: 0.75rem; }
.timeline > .paging { padding: 0 1rem 0.625rem; }
.legend { margin-inline-start: auto; display: flex; gap: 0.875rem; font-size: 0.75rem; font-weight: 400; color: var(--muted); }
.legend span::before { content: ""; display: inline-block; width: 0.875rem; height: 0.5rem; margin-inline-end: 0.3125rem; border-radius: 2px; background: var(--green-bar); }
.legend .key-failed::before { background: var(--red-bar); }
.legend .key-wait::before { height: 0.375rem; border-radius: 0; background: none; border: 1px dashed var(--violet); vertical-align: 1px; }
.legend .key-retry::before { width: 2px; height: 0.75rem; border-radius: 0; background: var(--red); vertical-align: -2px; }
.rows { list-style: none; padding: 0; max-height: 40rem; overflow-y: auto; }
.rows:empty { display: none; }
.row, .axis { display: grid; grid-template-columns: minmax(9rem, 36%) minmax(0, 1fr) 4.75rem; align-items: center; gap: 0.75rem; padding: 0 1rem; }
.row { color: var(--text); text-decoration: none; min-height: 1.875rem; font-size: 0.8125rem; }
.row:hover { background: var(--hover); }
.row[aria-current] { background: var(--blue-soft); }
.row:focus-visible { outline-offset: -2px; }
.row .icon { color: var(--tone); }
.row-name { display: flex; align-items: center; gap: 0.4375rem; min-width: 0; padding-block: 0.25rem; }
.step-name { min-width: 0; overflow-wrap: anywhere; font-weight: 560; }
.scope { color: var(--muted); font-weight: 400; }
.step-name .kind { margin-inline-start: 0.375rem; }
.tries { color: var(--red); font-size: 0.75rem; white-space: nowrap; }
.depth-1 { padding-inline-start: 0.875rem; }
.depth-2 { padding-inline-start: 1.75rem; }
.depth-3, .depth-4, .depth-5 { padding-inline-start: 2.5rem; }
.took { text-align: end; white-space: nowrap; color: var(--muted); }
.bars { width: 100%; height: 22px; display: block; overflow: visible; }
.bar-work { fill: var(--green-bar); stroke: var(--green-bar); stroke-width: 1.5; }
.row.status-running .bar-work:last-of-type { fill: var(--blue); stroke: var(--blue); }
.bar-failed { fill: var(--red-bar); stroke: var(--red-bar); stroke-width: 1.5; }
.bar-wait, .bar-ahead { fill: var(--violet-soft); stroke: var(--violet); stroke-width: 1; stroke-dasharray: 3 3; }
.bar-ahead { fill: none; opacity: 0.7; }
.bar-within { fill: var(--line-strong); }
.retry { stroke: var(--red); stroke-width: 2; }
line.now { stroke: var(--accent); stroke-width: 1; stroke-dasharray: 2 2; }
.axis { height: 1.875rem; border-bottom: 1px solid var(--line); margin-top: 0.375rem; }
.axis svg { grid-column: 2; width: 100%; height: 1.875rem; overflow: visible; }
.axis text { font: 0.6875rem var(--sans); fill: var(--muted); }
.axis .squeezed { fill: var(--violet); }
.axis .now { fill: var(--accent); font-weight: 600; }
`;
