/**
 * Makes a part of the page like another one, and keeps what a person has done to it: what is
 * typed, opened, chosen or in focus. Sent to browsers as text: it may use nothing from outside.
 */

/** How much of what people did is kept. */
export interface MorphOptions {
  /** Whether what is typed in stays although the page says otherwise. */
  readonly keepsInput: boolean;
}

/** Changes `from` in place until it is like `to`. */
export function morph(from: Element, to: Element, options: MorphOptions): void {
  morphAttributes(from, to);
  if (morphControl(from, to, options)) return;
  let old = from.firstChild;
  for (const next of [...to.childNodes]) {
    const match = matching(old, next);
    if (match === null) {
      from.insertBefore(next, old);
      continue;
    }
    if (match === old) old = old.nextSibling;
    else from.insertBefore(match, old);
    if (match instanceof Element && next instanceof Element) morph(match, next, options);
    else if (match.nodeValue !== next.nodeValue) match.nodeValue = next.nodeValue;
  }
  while (old !== null) {
    const next = old.nextSibling;
    old.remove();
    old = next;
  }
}

/** The node that is to become `next`: the one with its key, or the one in its place. */
export function matching(old: ChildNode | null, next: ChildNode): ChildNode | null {
  const key = keyOf(next);
  for (let node = old; node !== null; node = node.nextSibling) {
    const isSame = node.nodeName === next.nodeName && keyOf(node) === key;
    if (isSame) return node;
    if (key === "") return null;
  }
  return null;
}

/** What tells a node from those beside it. */
export function keyOf(node: ChildNode): string {
  return node instanceof Element ? (node.getAttribute("data-key") ?? node.id) : "";
}

/** All attributes, but for what people open and close themselves. */
export function morphAttributes(from: Element, to: Element): void {
  const isOpenable = from instanceof HTMLDetailsElement;
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(isOpenable && name === "open")) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    const isOpening = isOpenable && name === "open";
    if (!isOpening && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/** Handles what people type into. @returns Whether `from` is such a thing. */
export function morphControl(from: Element, to: Element, { keepsInput }: MorphOptions): boolean {
  const isControl =
    from instanceof HTMLTextAreaElement ||
    from instanceof HTMLSelectElement ||
    (from instanceof HTMLInputElement && from.type !== "hidden");
  if (!isControl) return false;
  if (keepsInput) return true;
  if (from instanceof HTMLSelectElement && to instanceof HTMLSelectElement) {
    const { value } = to;
    from.replaceChildren(...to.childNodes);
    from.value = value;
  } else if (to instanceof HTMLTextAreaElement || to instanceof HTMLInputElement) {
    from.value = to.defaultValue;
  }
  return true;
}
