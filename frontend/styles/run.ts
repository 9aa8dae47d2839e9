/** The page of a run, but for its drawings and values. */
export const RUN = `
.crumbs { font-size: 0.8125rem; margin-bottom: 0.5rem; }
.run-header { display: grid; gap: 0.75rem; margin-bottom: 1.25rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; }
.title .badge { font-size: 0.875rem; padding-block: 0.1875rem; }
.sentence { font-size: 1.0625rem; overflow-wrap: anywhere; }
.buttons { margin-inline-start: auto; display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.confirm { position: relative; }
.confirm summary { list-style: none; }
.confirm summary::-webkit-details-marker { display: none; }
.confirm form {
  position: absolute; inset-inline-end: 0; margin-top: 0.375rem; width: min(20rem, 80vw); z-index: 2;
  padding: 1rem; display: grid; gap: 0.75rem; font-size: 0.875rem;
  background: var(--surface); border: 1px solid var(--line-strong); border-radius: var(--round);
  box-shadow: 0 8px 24px rgb(0 0 0 / 16%);
}
.facts { display: flex; flex-wrap: wrap; gap: 0.625rem 2.25rem; }
.facts dt { font-size: 0.75rem; color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }
.tag {
  display: inline-block; margin-inline-end: 0.25rem; padding: 0 0.5rem; border-radius: 5px;
  background: var(--gray-soft); color: var(--gray); font-size: 0.8125rem; text-decoration: none;
}
a.tag:hover { text-decoration: underline; }

.notice { margin-bottom: 1rem; }
.notice ul { margin: 0.25rem 0 0; padding-inline-start: 1.25rem; }
.failure { padding: 1rem 1.125rem; margin-bottom: 1rem; border-inline-start: 4px solid var(--red); display: grid; gap: 0.5rem; }
.failure h2 { color: var(--red); }
.error { display: grid; gap: 0.5rem; min-width: 0; }
.error-message { white-space: pre-wrap; overflow-wrap: anywhere; }
.step .error-message > strong { color: var(--red); }
.error summary { color: var(--muted); cursor: pointer; width: fit-content; font-size: 0.8125rem; }
.error details > pre { margin-top: 0.375rem; max-height: 24rem; overflow: auto; }
.cause { border-inline-start: 2px solid var(--line-strong); padding-inline-start: 0.75rem; }
.label { font-size: 0.75rem; color: var(--muted); }

.waits { padding: 1rem 1.125rem; margin-bottom: 1rem; border-inline-start: 4px solid var(--amber); display: grid; gap: 1rem; }
.waits > h2 { color: var(--amber); }
.wait { display: grid; gap: 0.75rem; min-width: 0; }
.wait + .wait { border-top: 1px solid var(--line); padding-top: 1rem; }
.wait h3 { margin: 0; font-size: 0.9375rem; color: var(--text); overflow-wrap: anywhere; }
.wait > button { justify-self: start; }
.question { font-size: 1.0625rem; overflow-wrap: anywhere; }

.step { padding: 0.875rem 1rem 1.125rem; display: grid; gap: 0.75rem; margin-top: 1rem; scroll-margin-top: 1rem; }
.step > * { min-width: 0; }
.step h2 { overflow-wrap: anywhere; }
.step .close { margin-inline-start: auto; font-size: 0.875rem; }
.step-times:empty { display: none; }
.attempts { padding-inline-start: 1.5rem; font-size: 0.875rem; display: grid; gap: 0.625rem; }
.log { list-style: none; padding: 0; font-size: 0.8125rem; display: grid; gap: 0.25rem; margin-bottom: 0.375rem; }
.log li { overflow-wrap: anywhere; }
.log time { font-family: var(--mono); color: var(--muted); }
.log code { margin-inline-start: 0.5rem; color: var(--muted); font-size: 0.75rem; white-space: pre-wrap; }
.level { display: inline-block; min-width: 2.75rem; font-weight: 560; color: var(--muted); }
.level-info .level { color: var(--blue); }
.level-warn .level { color: var(--amber); }
.level-error .level { color: var(--red); }
.exports { margin-top: 1.75rem; font-size: 0.875rem; }
.exports ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; padding: 0; margin: 0.375rem 0 0; }
.exports li { display: flex; align-items: center; gap: 0.25rem; }
`;
