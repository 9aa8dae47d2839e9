/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { Context } from "npm:hono@4.13.19";
import type { Child } from "npm:hono@4.13.19/jsx";
import { answerPage } from "../layout.tsx";
import type { Site } from "../site.ts";

/** A page that says one thing. */
interface Message {
  readonly status: number;
  readonly title: string;
  readonly text: Child;
  /** Whether the list of runs is a way out. */
  readonly hasWayBack?: boolean;
}

/** Answers with a message. */
export async function answerMessage(c: Context, site: Site, message: Message): Promise<Response> {
  const { status, title, text, hasWayBack = true } = message;
  return await answerPage(c, site, {
    title,
    status,
    body: (
      <section class="card narrow">
        <h1>{title}</h1>
        <p>{text}</p>
        {hasWayBack && (
          <p>
            <a href={`${site.root(c)}runs`}>Show all runs</a>
          </p>
        )}
      </section>
    ),
  });
}
