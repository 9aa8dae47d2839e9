/** The list of runs with its filters, and the list of workflows. */
export const LISTS = `
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
.col-run { width: 13.5rem; white-space: nowrap; }
.col-created { width: 7.5rem; }
.col-duration { width: 7rem; }
td.col-workflow { font-weight: 560; overflow-wrap: anywhere; }
td.col-created, td.col-duration { color: var(--muted); white-space: nowrap; }
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

.filter { flex-wrap: wrap; }
search { flex: 1 1 100%; }
.filter .wide { flex: 1 1 13rem; }
.filter .wide input { width: 100%; }
.runs .copy { opacity: 0; }
.runs tr:hover .copy, .runs .copy:focus-visible, .runs .copy[data-said] { opacity: 1; }
@media (hover: none) { .runs .copy { opacity: 1; } }
.after-table { margin-top: 0.75rem; font-size: 0.875rem; }
.workflows { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
.workflow { padding: 1rem 1.125rem; display: grid; gap: 0.5rem; align-content: start; justify-items: start; }
.workflow h2 { overflow-wrap: anywhere; }
.workflow > p { overflow-wrap: anywhere; }
.workflow .button { text-decoration: none; margin-top: 0.25rem; }
a.button { text-decoration: none; display: inline-block; }
.rate { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem; }
.rate meter { width: 5rem; height: 0.75rem; margin-inline-end: 0.25rem; }
.recent { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem; margin: 0; padding: 0; }
.dot { display: grid; place-items: center; width: 1.5rem; height: 1.5rem; border-radius: 6px; background: var(--soft); color: var(--tone); }
.dot:hover { outline: 2px solid var(--tone); }
`;
