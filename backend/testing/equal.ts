/** Whether two types are the same, to the letter. */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only when its argument is `true`; does nothing at run time. */
export function assertType<T extends true>(_isTrue?: T): void {}
