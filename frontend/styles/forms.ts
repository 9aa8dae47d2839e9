/** Forms that are made of schemas. */
export const FORMS = `
.start { padding: 0.875rem 1rem 1rem; scroll-margin-top: 1rem; }
.start h2 { margin-bottom: 0.75rem; }
.fields { display: grid; gap: 0.875rem; }
.field { display: grid; gap: 0.3125rem; min-width: 0; max-width: 40rem; }
.field label, legend { font-size: 0.875rem; font-weight: 550; display: block; }
.field label .note, legend .note { font-weight: 400; }
.field input, .field select, textarea { width: 100%; }
.field select, .field input[type="number"], .field input[type="date"] { width: auto; min-width: 10rem; max-width: 100%; justify-self: start; }
textarea {
  font: inherit; font-size: 0.875rem; color: inherit; padding: 0.5rem 0.75rem; border: 1px solid var(--line-strong);
  border-radius: 7px; background: var(--surface); resize: vertical;
}
textarea.code { font-family: var(--mono); font-size: 0.8125rem; line-height: 1.55; tab-size: 2; }
fieldset { margin: 0; padding: 0.625rem 0.875rem 0.875rem; border: 1px solid var(--line); border-radius: 8px; min-width: 0; }
[aria-invalid] { border-color: var(--red) !important; }
.problem { color: var(--red); font-size: 0.8125rem; }
.problem::before { content: "✕ "; }
form[data-sent] > button[type="submit"] { opacity: 0.6; cursor: progress; }
.connection {
  position: sticky; top: 0; z-index: 3; margin: 0; padding: 0.5rem 1.5rem; background: var(--amber-soft); color: var(--amber);
  font-size: 0.875rem; font-weight: 560;
}
.connection[hidden] { display: none; }
`;
