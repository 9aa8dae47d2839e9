/** Values to unfold, to copy and to download. */
export const VALUES = `
.values { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; align-items: start; }
.values:empty { display: none; }
.values > * { min-width: 0; }
.values .card { padding: 0.75rem 1rem 1rem; }
.values h2 { margin-bottom: 0.5rem; }
.origin { font-weight: 400; }
.origin::before { content: "· "; }
.value {
  padding: 0.625rem 0.75rem; border-radius: 7px; background: var(--sunken); line-height: 1.55;
  white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2;
}
.json { position: relative; min-width: 0; }
.json-body { padding: 0.5rem 0.75rem; border-radius: 7px; background: var(--sunken); line-height: 1.6; max-height: 32rem; overflow: auto; }
.json-body code { white-space: pre-wrap; overflow-wrap: anywhere; }
.json-body ul { list-style: none; margin: 0; padding-inline-start: 1.125rem; border-inline-start: 1px solid var(--line); margin-inline-start: 0.25rem; }
.json-body summary { cursor: pointer; width: fit-content; }
.json-body summary::marker { color: var(--muted); font-size: 0.75rem; }
.json-size { margin-inline-start: 0.5rem; color: var(--muted); font-size: 0.75rem; }
details[open] > summary > .json-size { display: none; }
.json-tools { display: flex; justify-content: flex-end; align-items: center; gap: 0.5rem; font-size: 0.75rem; margin-bottom: 0.25rem; }
.values h2 + .json > .json-tools, .values h3 + .json > .json-tools { margin-top: -1.75rem; }
.json + .note, .json > .note { margin-top: 0.375rem; }
.json-key { color: var(--accent); }
.json-string { color: var(--green); }
.json-number { color: var(--orange); }
.json-word { color: var(--violet); }
.copy { display: none; padding: 0.1875rem; border-color: transparent; background: none; color: var(--muted); line-height: 0; position: relative; vertical-align: middle; }
.scripted .copy { display: inline-block; }
.copy:hover { color: var(--text); }
.copy[data-said]::after {
  content: attr(data-said); position: absolute; bottom: 100%; inset-inline-end: 0; padding: 0.1875rem 0.5rem; border-radius: 5px;
  background: var(--text); color: var(--surface); font-size: 0.75rem; line-height: 1.2; white-space: nowrap; z-index: 2;
}
.schemas { padding: 0.875rem 1rem; margin-top: 1rem; display: grid; gap: 0.5rem; }
.schema > summary { cursor: pointer; font-weight: 560; font-size: 0.875rem; }
.schema .json { margin-top: 0.25rem; }
`;
