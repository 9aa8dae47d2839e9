/** Characters that hide, reorder or break what stands around them, and those that nobody has given a meaning. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;

/**
 * A text as one line that shows what is in it: white space becomes a space, characters that
 * cannot be seen become codes such as `\u{202e}`.
 *
 * @param maxChars What is longer is cut, and ends with `…`.
 */
export function plainLine(text: string, maxChars: number): string {
  // Nobody reads on after that, and the whole may be huge.
  const head = text
    .slice(0, maxChars * 4)
    .toWellFormed()
    .trim()
    .replace(/\s+/gu, " ");
  const seen = head.replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  const chars = Array.from(seen);
  const isWhole = chars.length <= maxChars && text.length <= maxChars * 4;
  return isWhole ? seen : `${chars.slice(0, maxChars - 1).join("")}…`;
}
