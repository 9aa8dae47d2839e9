/** The least that a process takes. */
export {};
