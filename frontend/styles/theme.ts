/** Colours and distances by name: themes differ in those only. */
export const THEME = `
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
  --green: #136c3b; --green-soft: #e2f4e9; --green-bar: #2f9e62; --red-bar: #d9483b;
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
    --green: #76d69d; --green-soft: #12331f; --green-bar: #3fae72; --red-bar: #e5645a;
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
`;
