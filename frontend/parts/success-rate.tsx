/** @jsxImportSource npm:hono@4.13.19/jsx */
import type { JSX } from "npm:hono@4.13.19/jsx/jsx-runtime";

/** How many of the runs that nobody canceled before their end succeeded, in words. */
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
          <strong>
            {counted(succeeded)} of {counted(ended)}
          </strong>{" "}
          that ran to an end succeeded,{" "}
        </>
      )}
      {total === 1 ? "1 run" : `${counted(total)} runs`}
      {ended > 0 && " in all"}
      {failed > 0 && `, ${counted(failed)} failed`}
    </p>
  );
}

function counted(count: number): string {
  return count.toLocaleString("en");
}
