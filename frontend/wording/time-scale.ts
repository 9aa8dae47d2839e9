/**
 * Where moments stand on a timeline. A run works for milliseconds and may wait for months, so
 * stretches in which nothing works are drawn shorter than they were.
 */

/** A stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A stretch of the scale, in percent of its width. */
export interface ScalePiece extends Stretch {
  readonly left: number;
  readonly width: number;
  /** Whether it is drawn shorter than it was. */
  readonly isSqueezed: boolean;
}

/** A timeline's scale. */
export interface TimeScale {
  readonly pieces: readonly ScalePiece[];
  /** Where a moment stands, in percent of the width. */
  readonly at: (moment: number) => number;
}

/** An idle stretch is at most this share of all work. */
const MAX_IDLE_SHARE = 0.3;
/** Work is never drawn so small that it cannot be seen beside the waits. */
const MIN_BUSY_SHARE = 0.3;

/**
 * Makes a scale.
 *
 * @param span All of the time to show.
 * @param work When something worked, in any order.
 * @param marks Moments at which a stretch must begin anew, such as now.
 */
export function timeScale(
  span: Stretch,
  work: readonly Stretch[],
  marks: readonly number[] = [],
): TimeScale {
  const from = span.from;
  const to = Math.max(span.to, from + 1);
  const cuts = cutsOf({ from, to }, work, marks);
  const busy = merge(work);
  const busyMs = busy.reduce((sum, each) => sum + each.to - each.from, 0);
  const spans = cuts.slice(1).map((end, index) => ({ from: cuts[index] ?? from, to: end }));
  const idle = spans.filter((each) => !isIn(each, busy));
  const maxIdleMs = Math.max(
    busyMs * MAX_IDLE_SHARE,
    (busyMs / MIN_BUSY_SHARE - busyMs) / Math.max(1, idle.length),
  );
  const weights = spans.map((each) => {
    const ms = each.to - each.from;
    return busyMs === 0 || isIn(each, busy) ? ms : Math.min(ms, maxIdleMs);
  });
  return scaleOf(spans, weights);
}

function scaleOf(spans: readonly Stretch[], weights: readonly number[]): TimeScale {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = 0;
  const pieces = spans.map(({ from, to }, index): ScalePiece => {
    const weight = weights[index] ?? 0;
    const piece = { from, to, left, width: (weight / total) * 100, isSqueezed: weight < to - from };
    left += piece.width;
    return piece;
  });
  return { pieces, at: (moment) => positionIn(pieces, moment) };
}

function positionIn(pieces: readonly ScalePiece[], moment: number): number {
  const piece = pieces.find(({ to }) => moment <= to) ?? pieces.at(-1);
  if (piece === undefined) return 0;
  const share = (moment - piece.from) / (piece.to - piece.from);
  return round(piece.left + Math.min(1, Math.max(0, share)) * piece.width);
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100;
}

/** Where stretches begin and end, in order and each once. */
function cutsOf(span: Stretch, work: readonly Stretch[], marks: readonly number[]): number[] {
  const within = [...merge(work).flatMap(({ from, to }) => [from, to]), ...marks];
  const cuts = within.filter((moment) => moment > span.from && moment < span.to);
  return [...new Set([span.from, ...cuts, span.to])].sort((one, other) => one - other);
}

function merge(work: readonly Stretch[]): Stretch[] {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...work].sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

function isIn(piece: Stretch, busy: readonly Stretch[]): boolean {
  return busy.some(({ from, to }) => from <= piece.from && piece.to <= to);
}
