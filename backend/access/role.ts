/** What somebody may do: an `owner` everything, a `reader` look. */
export type Role = "owner" | "reader";
