/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

/** How many of the runs that are over succeeded, in words. */
export function SuccessRate({
  counts,
}: {
  readonly counts: ReadonlyMap<string, number>;
}): JSX.Element {
  const succeeded = counts.get("success") ?? 0;
  const failed = counts.get("failed") ?? 0;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const ended = succeeded + failed;
  return (
    <p class="rate note">
      {ended > 0 && (
        <>
          <meter min="0" max={ended} value={succeeded} aria-label="Success rate" />
          <strong>{percent(succeeded, ended)}</strong> succeeded,{" "}
        </>
      )}
      {total === 1 ? "1 run" : `${total.toLocaleString("en")} runs`}
      {failed > 0 && `, ${failed.toLocaleString("en")} failed`}
    </p>
  );
}

/** Rounded down: what is not perfect must not look so. */
function percent(part: number, whole: number): string {
  return `${Math.floor((part / whole) * 100)} %`;
}
