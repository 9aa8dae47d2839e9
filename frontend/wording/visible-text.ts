/**
 * Characters that a page would not show, or that change how the text around them is shown:
 * controls other than line breaks and tabs, and marks of writing direction.
 */
const INVISIBLE = /[^\P{Cc}\n\t]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** The text with characters that hide or reorder it written as codes such as `\u202e`. */
export function visibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
