export class AssertionError extends Error {}
export function assert(value: unknown, message?: string): asserts value;
export function assertFalse(value: unknown, message?: string): void;
export function assertExists<T>(value: T, message?: string): asserts value is NonNullable<T>;
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T;
export function assertMatch(actual: string, expected: RegExp, message?: string): void;
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
export function assertStringIncludes(actual: string, expected: string, message?: string): void;
export function assertObjectMatch(actual: object, expected: object, message?: string): void;
export function assertGreater<T>(actual: T, expected: T, message?: string): void;
export function assertLess<T>(actual: T, expected: T, message?: string): void;
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;
export function assertInstanceOf<T>(
  actual: unknown,
  expected: abstract new (...args: never[]) => T,
  message?: string,
): asserts actual is T;
export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  errorClass?: ErrorClass<E>,
  messageIncludes?: string,
): E;
export function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  messageIncludes?: string,
): Promise<E>;
export function fail(message?: string): never;
