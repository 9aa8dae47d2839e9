/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";
import { answerPage } from "../layout.tsx";
import type { Site } from "../site.ts";

/** Answers with the form that asks for the token; `next` is where to go then, below the root. */
export async function answerLoginForm(
  c: Context,
  site: Site,
  page: { readonly next: string; readonly problem?: string; readonly status: 200 | 401 },
): Promise<Response> {
  if (page.status === 401) c.header("WWW-Authenticate", 'Bearer realm="wrkflw"');
  return await answerPage(c, site, {
    title: "Log in",
    status: page.status,
    body: <LoginForm action={`${site.root(c)}login`} next={page.next} problem={page.problem} />,
  });
}

interface LoginFormProps {
  readonly action: string;
  readonly next: string;
  readonly problem: string | undefined;
}

function LoginForm({ action, next, problem }: LoginFormProps): JSX.Element {
  return (
    <section class="card narrow">
      <h1>Log in</h1>
      {problem !== undefined && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      <form method="post" action={action} class="stack">
        <input type="hidden" name="next" value={next} />
        {/* Password managers file the token under a name. */}
        <input type="text" name="username" autocomplete="username" value="wrkflw" hidden />
        <label>
          <span>Token</span>
          <input type="password" name="token" autocomplete="current-password" required />
        </label>
        <p class="note">
          It is the value of <code>WRKFLW_TOKEN</code> where this app runs.
        </p>
        <button class="primary" type="submit">
          Log in
        </button>
      </form>
    </section>
  );
}
