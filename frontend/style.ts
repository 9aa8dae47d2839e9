/** The style sheet of every page. Colours and distances have names, so that themes differ in those only. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9;
  --surface: #ffffff;
  --sunken: #f3f4f7;
  --hover: #f8f9fc;
  --text: #1a1d24;
  --muted: #596070;
  --line: #e2e5eb;
  --line-strong: #c9ced8;
  --accent: #4338ca;
  --accent-fill: #4f46e5;
  --on-fill: #ffffff;
  --blue: #1d4ed8; --blue-soft: #e5edfe;
  --gray: #4b5565; --gray-soft: #ebeef3;
  --violet: #6d28d9; --violet-soft: #f0e9fe;
  --amber: #8a4b08; --amber-soft: #fcf0d6;
  --orange: #9a3412; --orange-soft: #ffe8d9;
  --red: #b42318; --red-soft: #fdebe9; --red-fill: #c22a1e;
  --green: #136c3b; --green-soft: #e2f4e9;
  --shadow: 0 1px 2px rgb(16 24 40 / 5%);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --round: 10px;
}

@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1014;
    --surface: #16191f;
    --sunken: #0f1217;
    --hover: #1b1f27;
    --text: #e6e8ed;
    --muted: #9ba3b2;
    --line: #272c36;
    --line-strong: #3d4452;
    --accent: #a9b4ff;
    --accent-fill: #5b54ea;
    --blue: #8fb4ff; --blue-soft: #18284a;
    --gray: #b3bbc9; --gray-soft: #262b35;
    --violet: #c3a6ff; --violet-soft: #2c2047;
    --amber: #f2c063; --amber-soft: #3a2b10;
    --orange: #ffb088; --orange-soft: #412414;
    --red: #ff9d94; --red-soft: #43191a; --red-fill: #c73a2e;
    --green: #76d69d; --green-soft: #12331f;
    --shadow: none;
  }
}

.status-running { --tone: var(--blue); --soft: var(--blue-soft); }
.status-pending { --tone: var(--gray); --soft: var(--gray-soft); }
.status-waiting { --tone: var(--violet); --soft: var(--violet-soft); }
.status-suspended { --tone: var(--amber); --soft: var(--amber-soft); }
.status-blocked { --tone: var(--orange); --soft: var(--orange-soft); }
.status-failed { --tone: var(--red); --soft: var(--red-soft); }
.status-success { --tone: var(--green); --soft: var(--green-soft); }
.status-canceled { --tone: var(--gray); --soft: var(--gray-soft); }

*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 0.9375rem/1.5 var(--sans);
  font-variant-numeric: tabular-nums;
}
main { max-width: 78rem; margin: 0 auto; padding: 1.75rem 1.5rem 4rem; }
h1, h2, h3, p, dl, dd, ol, pre { margin: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1rem; font-weight: 620; }
h3 { font-size: 0.8125rem; font-weight: 600; color: var(--muted); margin-bottom: 0.375rem; }
a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre, .id { font-family: var(--mono); font-size: 0.8125rem; }
.note { color: var(--muted); font-size: 0.8125rem; }
.count { color: var(--muted); font-weight: 500; font-size: 0.8125rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; left: -999rem; padding: 0.5rem 0.75rem; background: var(--surface); z-index: 1; }
.skip:focus { left: 0.5rem; top: 0.5rem; }

.bar {
  display: flex; align-items: center; gap: 1.5rem;
  padding: 0 1.5rem; height: 3.25rem;
  background: var(--surface); border-bottom: 1px solid var(--line);
}
.brand {
  display: flex; align-items: center; gap: 0.55rem;
  color: var(--text); font-weight: 680; letter-spacing: -0.02em; text-decoration: none;
}
.brand img { display: block; }
.bar nav { flex: 1; display: flex; gap: 1.25rem; align-self: stretch; }
.bar nav a {
  display: flex; align-items: center; color: var(--muted); text-decoration: none;
  border-bottom: 2px solid transparent; border-top: 2px solid transparent;
}
.bar nav a:hover { color: var(--text); }
.bar nav a[aria-current] { color: var(--text); font-weight: 560; border-bottom-color: var(--accent); }

button, .button, select, input:not([type="hidden"]) {
  font: inherit; font-size: 0.875rem; line-height: 1.25rem; color: inherit;
  padding: 0.375rem 0.75rem; border: 1px solid var(--line-strong); border-radius: 7px; background: var(--surface);
}
button, .button { cursor: pointer; font-weight: 550; }
button:hover, .button:hover { background: var(--hover); }
button.quiet { border-color: transparent; color: var(--muted); }
button.primary { background: var(--accent-fill); border-color: transparent; color: var(--on-fill); }
button.danger { background: var(--red-fill); border-color: transparent; color: #ffffff; }
button.primary:hover, button.danger:hover { filter: brightness(1.08); }

.card {
  background: var(--surface); border: 1px solid var(--line); border-radius: var(--round); box-shadow: var(--shadow);
}
.narrow { max-width: 32rem; margin: 3rem auto; padding: 1.75rem; display: grid; gap: 1rem; }
.stack { display: grid; gap: 1rem; }
.stack label { display: grid; gap: 0.375rem; font-size: 0.875rem; font-weight: 550; }
.stack button { justify-self: start; }
.blank { padding: 2rem; display: grid; gap: 0.75rem; justify-items: start; }
.blank p { max-width: 46rem; }
.notice { padding: 0.625rem 0.875rem; border-radius: 8px; background: var(--blue-soft); color: var(--blue); }
.notice.bad { background: var(--red-soft); color: var(--red); }

.icon {
  width: 0.8125rem; height: 0.8125rem; flex: none;
  fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round;
}
.badge {
  display: inline-flex; align-items: center; gap: 0.375rem; white-space: nowrap;
  padding: 0.0625rem 0.5625rem 0.0625rem 0.4375rem; border-radius: 999px;
  font-size: 0.8125rem; font-weight: 560; color: var(--tone); background: var(--soft);
}

.filters {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between;
  gap: 0.75rem 1.5rem; margin: 1rem 0;
}
.chips { display: flex; flex-wrap: wrap; gap: 0.375rem; }
.chip {
  display: inline-flex; align-items: center; gap: 0.4375rem;
  padding: 0.25rem 0.75rem; border: 1px solid var(--line); border-radius: 999px;
  background: var(--surface); color: var(--text); font-size: 0.8125rem; font-weight: 550; text-decoration: none;
}
.chip .icon { color: var(--tone); }
.chip:hover { border-color: var(--line-strong); background: var(--hover); }
.chip.empty { color: var(--muted); }
.chip[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.filter { display: flex; align-items: center; gap: 0.5rem; font-size: 0.875rem; }
.filter label { display: flex; align-items: center; gap: 0.5rem; color: var(--muted); }
.filter select { max-width: 15rem; color: var(--text); }

.runs { width: 100%; border-collapse: separate; border-spacing: 0; table-layout: fixed; }
.runs th, .runs td { padding: 0.5625rem 0.75rem; text-align: start; vertical-align: baseline; font-weight: 400; }
.runs thead th {
  font-size: 0.75rem; font-weight: 560; color: var(--muted); padding-block: 0.5rem;
  border-bottom: 1px solid var(--line);
}
.runs tbody tr + tr > * { border-top: 1px solid var(--line); }
.runs tbody tr:hover > * { background: var(--hover); }
.runs tr > :first-child { padding-inline-start: 1rem; }
.runs tr > :last-child { padding-inline-end: 1rem; }
.runs tbody tr:last-child > :first-child { border-end-start-radius: var(--round); }
.runs tbody tr:last-child > :last-child { border-end-end-radius: var(--round); }
.col-status { width: 8.5rem; }
.col-workflow { width: 19%; }
.col-run { width: 10.5rem; }
.col-started { width: 7.5rem; }
.col-duration { width: 7rem; }
td.col-workflow { font-weight: 560; overflow-wrap: anywhere; }
td.col-started, td.col-duration { color: var(--muted); white-space: nowrap; }
.clamp {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere;
}
.error-text { color: var(--red); }
time[title] { cursor: help; }

.paging { display: flex; justify-content: flex-end; align-items: center; gap: 0.5rem; margin-top: 1rem; font-size: 0.875rem; color: var(--muted); }
.paging a {
  padding: 0.375rem 0.75rem; border: 1px solid var(--line); border-radius: 7px;
  background: var(--surface); color: var(--text); text-decoration: none;
}
.paging a:hover { background: var(--hover); border-color: var(--line-strong); }

.crumbs { font-size: 0.8125rem; margin-bottom: 0.5rem; }
.run-header { display: grid; gap: 0.75rem; margin-bottom: 1.25rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; }
.title .badge { font-size: 0.875rem; padding-block: 0.1875rem; }
.sentence { color: var(--muted); overflow-wrap: anywhere; }
.cancel { margin-inline-start: auto; position: relative; }
.cancel summary { list-style: none; }
.cancel summary::-webkit-details-marker { display: none; }
.cancel form {
  position: absolute; inset-inline-end: 0; margin-top: 0.375rem; width: min(20rem, 80vw); z-index: 1;
  padding: 1rem; display: grid; gap: 0.75rem; font-size: 0.875rem;
  background: var(--surface); border: 1px solid var(--line-strong); border-radius: var(--round);
  box-shadow: 0 8px 24px rgb(0 0 0 / 16%);
}
.facts { display: flex; flex-wrap: wrap; gap: 0.625rem 2.25rem; }
.facts dt { font-size: 0.75rem; color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }
.facts .id { user-select: all; }
.tag {
  display: inline-block; margin-inline-end: 0.25rem; padding: 0 0.5rem; border-radius: 5px;
  background: var(--gray-soft); color: var(--gray); font-size: 0.8125rem;
}

.failure { padding: 1rem 1.125rem; margin-bottom: 1rem; border-inline-start: 4px solid var(--red); display: grid; gap: 0.5rem; }
.failure h2 { color: var(--red); }
.error { display: grid; gap: 0.5rem; }
.error-message { white-space: pre-wrap; overflow-wrap: anywhere; }
.step .error-message > strong { color: var(--red); }
.error summary, .log + .note { font-size: 0.8125rem; }
.error summary { color: var(--muted); cursor: pointer; width: fit-content; }
.error details > pre { margin-top: 0.375rem; }
.cause { border-inline-start: 2px solid var(--line-strong); padding-inline-start: 0.75rem; }
.label { font-size: 0.75rem; color: var(--muted); }

.values { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; align-items: start; }
.values:empty { display: none; }
.values > * { min-width: 0; }
.values .card { padding: 0.75rem 1rem; }
.values h2 { margin-bottom: 0.5rem; }
.value {
  padding: 0.625rem 0.75rem; border-radius: 7px; background: var(--sunken); line-height: 1.55;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2;
}
.folded .value { border-radius: 7px 7px 0 0; }
.folded details > .value { border-radius: 0; padding-top: 0; }
.folded summary {
  padding: 0.25rem 0.75rem; border-radius: 0 0 7px 7px; background: var(--sunken);
  color: var(--accent); font-size: 0.8125rem; cursor: pointer;
}
.folded details[open] { display: flex; flex-direction: column; }
.folded .note { margin-top: 0.375rem; }
.json-key { color: var(--accent); }
.json-string { color: var(--green); }
.json-number { color: var(--orange); }
.json-word { color: var(--violet); }

.step > details > summary::before {
  content: ""; flex: none; width: 0.4375rem; height: 0.4375rem; margin-inline-end: 0.125rem;
  border-right: 1.5px solid var(--muted); border-bottom: 1.5px solid var(--muted); transform: rotate(-45deg);
}
.step > details[open] > summary::before { transform: rotate(45deg) translate(-1px, -1px); }

main > section:not(.card) > h2 { margin: 1.75rem 0 0.625rem; }
.steps { list-style: none; padding: 0; }
.steps:empty { display: none; }
.step + .step { border-top: 1px solid var(--line); }
.step > details > summary, .at-work {
  display: flex; align-items: center; gap: 0.75rem; padding: 0.5625rem 1rem; cursor: pointer; list-style: none;
}
.step > details > summary::-webkit-details-marker { display: none; }
.step > details > summary:hover { background: var(--hover); }
.step:first-child > details > summary { border-start-start-radius: var(--round); border-start-end-radius: var(--round); }
.step:last-child > details:not([open]) > summary { border-end-start-radius: var(--round); border-end-end-radius: var(--round); }
.step:target > details > summary { background: var(--blue-soft); }
.step .badge { min-width: 6.25rem; }
.step-name { flex: 1; min-width: 0; overflow-wrap: anywhere; font-weight: 560; }
.scope { color: var(--muted); font-weight: 400; }
.kind {
  margin-inline-start: 0.5rem; padding: 0 0.375rem; border: 1px solid var(--line); border-radius: 4px;
  color: var(--muted); font-size: 0.6875rem; font-weight: 500; white-space: nowrap;
}
.step-facts { display: flex; gap: 1rem; color: var(--muted); font-size: 0.8125rem; white-space: nowrap; }
.took { min-width: 4.5rem; text-align: end; color: var(--text); }
.depth-1 > details > summary { padding-inline-start: 2.25rem; }
.depth-2 > details > summary { padding-inline-start: 3.5rem; }
.depth-3 > details > summary, .depth-4 > details > summary,
.depth-5 > details > summary, .depth-6 > details > summary { padding-inline-start: 4.75rem; }
.step-body { padding: 0.375rem 1rem 1.125rem 2.25rem; display: grid; gap: 1rem; }
.step-body > * { min-width: 0; }
.origin { font-weight: 400; }
.origin::before { content: "· "; }
.at-work { cursor: default; padding-inline-start: 2.3rem; }
.at-work .icon { animation: breathe 1.6s ease-in-out infinite; }
@keyframes breathe { 50% { opacity: 0.3; } }
@media (prefers-reduced-motion: reduce) { .at-work .icon { animation: none; } }
.attempts { padding-inline-start: 1.5rem; font-size: 0.875rem; }
.attempts > li + li { margin-top: 0.5rem; }
.log { list-style: none; padding: 0; font-size: 0.8125rem; display: grid; gap: 0.25rem; margin-bottom: 0.375rem; }
.log li { overflow-wrap: anywhere; }
.log time { font-family: var(--mono); color: var(--muted); }
.log code { margin-inline-start: 0.5rem; color: var(--muted); font-size: 0.75rem; white-space: pre-wrap; }
.level { display: inline-block; min-width: 2.75rem; font-weight: 560; color: var(--muted); }
.level-info .level { color: var(--blue); }
.level-warn .level { color: var(--amber); }
.level-error .level { color: var(--red); }

@media (max-width: 50rem) {
  main { padding: 1.25rem 1rem 3rem; }
  .bar { padding: 0 1rem; gap: 1rem; }
  .filter { flex-wrap: wrap; }
  .runs, .runs tbody { display: block; }
  .runs thead { display: none; }
  .runs tbody tr {
    display: grid; grid-template-columns: auto 1fr auto; gap: 0.25rem 0.75rem; align-items: baseline;
    padding: 0.75rem 1rem;
  }
  .runs tbody tr > *, .runs tr > :first-child, .runs tr > :last-child { padding: 0; border: 0; width: auto; }
  .runs tbody tr + tr { border-top: 1px solid var(--line); }
  .runs tbody tr + tr > * { border: 0; }
  .runs tbody tr:hover > * { background: none; }
  .col-workflow { grid-column: 2 / -1; }
  .col-run { grid-column: 1 / 3; grid-row: 2; }
  .col-started { grid-column: 3; grid-row: 2; }
  .col-duration { grid-column: 3; grid-row: 1; }
  .runs tbody .col-workflow { grid-column: 2; }
  td.col-started, td.col-duration { text-align: end; }
  .col-what { grid-column: 1 / -1; font-size: 0.875rem; }
  .step > details > summary, .at-work { flex-wrap: wrap; gap: 0.25rem 0.625rem; }
  .step .badge { min-width: 0; }
  .step-name { flex: 1 1 9rem; }
  .step-facts { flex: 1 0 100%; padding-inline-start: 1.375rem; }
  .took { min-width: 0; margin-inline-start: auto; }
  .depth-1 > details > summary, .depth-2 > details > summary, .depth-3 > details > summary,
  .depth-4 > details > summary, .depth-5 > details > summary, .depth-6 > details > summary { padding-inline-start: 1.625rem; }
  .step-body { padding-inline: 1rem; }
  .cancel form { inset-inline: auto 0; }
  .facts { gap: 0.625rem 1.5rem; }
}
@media (pointer: coarse) {
  .chip, .paging a, button, .button, select { min-height: 2.5rem; }
}
`;
