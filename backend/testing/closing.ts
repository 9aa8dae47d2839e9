/** Makes a client one that `using` closes at the end of its block. */
export function closing<T extends { close(): void }>(client: T): T & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}
