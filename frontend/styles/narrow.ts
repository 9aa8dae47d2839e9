/** What differs on small screens and under fingers. */
export const NARROW = `
@media (max-width: 64rem) {
  .drawings { grid-template-columns: minmax(0, 1fr); }
  .graph { max-height: 26rem; }
}
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
  .col-run { grid-column: 1 / 3; grid-row: 2; }
  .col-created { grid-column: 3; grid-row: 2; }
  .col-duration { grid-column: 3; grid-row: 1; }
  .runs tbody .col-workflow { grid-column: 2; }
  td.col-created, td.col-duration { text-align: end; }
  .col-what { grid-column: 1 / -1; font-size: 0.875rem; }
  .buttons { margin-inline-start: 0; flex: 1 0 100%; }
  .confirm form { inset-inline: 0 auto; }
  .facts { gap: 0.625rem 1.5rem; }
  .row { grid-template-columns: minmax(0, 1fr) auto; gap: 0 0.75rem; padding-block: 0.25rem; }
  .row .bars { grid-column: 1 / -1; grid-row: 2; }
  .axis { grid-template-columns: minmax(0, 1fr); }
  .axis svg { grid-column: 1; }
  .legend { margin-inline-start: 0; flex: 1 0 100%; }
}
@media (pointer: coarse) {
  .chip, .paging a, button:not(.copy), .button, select { min-height: 2.5rem; }
  .copy { padding: 0.5rem; }
}
`;
