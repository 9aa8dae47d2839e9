/** What every page has: text, links, the bar, buttons, cards. */
export const BASE = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 0.9375rem/1.5 var(--sans);
  font-variant-numeric: tabular-nums;
}
main { max-width: 92rem; margin: 0 auto; padding: 1.75rem 1.5rem 4rem; }
h1, h2, h3, p, dl, dd, ol, pre { margin: 0; }
main > section:not(.card) > h2 { margin: 1.75rem 0 0.625rem; }
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
`;
