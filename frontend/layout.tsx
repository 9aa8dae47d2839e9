/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import { html } from "npm:hono@4.13.19/html";
import type { PropsWithChildren } from "npm:hono@4.13.19/jsx";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "npm:hono@4.13.19/utils/http-status";
import { ICON_PATH, SCRIPT_PATH, STYLE_PATH } from "./assets.ts";
import type { Site } from "./site.ts";
import { visibleText } from "./wording/visible-text.ts";

/** The parts of the app that the bar leads to. */
type Section = "runs" | "workflows";

/** A page without what surrounds it. */
interface Page {
  readonly title: string;
  readonly body: JSX.Element;
  /** @default 200 */
  readonly status?: number;
  /** Marked in the bar. */
  readonly section?: Section;
  /** Whether it shows what may change while somebody looks. */
  readonly isLive?: boolean;
}

/** What surrounds every page. */
interface LayoutProps {
  readonly title: string;
  readonly root: string;
  readonly section: Section | undefined;
  readonly hasLogout: boolean;
  readonly isLive: boolean;
}

/** Answers with a page in the layout. */
export async function answerPage(c: Context, site: Site, page: Page): Promise<Response> {
  const hasLogout = site.access.hasToken && (await site.access.sessions.roleOf(c)) !== undefined;
  const layout = (
    <Layout
      title={page.title}
      root={site.root(c)}
      section={page.section}
      hasLogout={hasLogout}
      isLive={page.isLive ?? false}
    >
      {page.body}
    </Layout>
  );
  return await c.html(html`<!doctype html>${layout}`, (page.status ?? 200) as ContentfulStatusCode);
}

function Layout({
  title,
  root,
  section,
  hasLogout,
  isLive,
  children,
}: PropsWithChildren<LayoutProps>): JSX.Element {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${visibleText(title)} · wrkflw`}</title>
        <link rel="icon" type="image/svg+xml" href={root + ICON_PATH} />
        <link rel="stylesheet" href={root + STYLE_PATH} />
        <script src={root + SCRIPT_PATH} defer />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="bar">
          <a class="brand" href={`${root}runs`}>
            <img src={root + ICON_PATH} alt="" width="22" height="22" />
            wrkflw
          </a>
          <nav aria-label="Main">
            <NavLink root={root} to="runs" name="Runs" section={section} />
            <NavLink root={root} to="workflows" name="Workflows" section={section} />
          </nav>
          {hasLogout && (
            <form method="post" action={`${root}logout`}>
              <button class="quiet" type="submit">
                Log out
              </button>
            </form>
          )}
        </header>
        <p id="connection" class="connection" role="status" hidden />
        <main id="content" data-live={isLive ? "true" : undefined}>
          {children}
        </main>
      </body>
    </html>
  );
}

interface NavLinkProps {
  readonly root: string;
  readonly to: Section;
  readonly name: string;
  readonly section: Section | undefined;
}

function NavLink({ root, to, name, section }: NavLinkProps): JSX.Element {
  return (
    <a href={root + to} aria-current={section === to ? "true" : undefined}>
      {name}
    </a>
  );
}
