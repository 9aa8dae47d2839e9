import { CHECKPOINT_PAGES, PAGE_BYTES } from "../databases/local.ts";

/** The settings that wrkflw gives its files, for bare SQLite. */
export const WRKFLW_SETTINGS = {
  pageBytes: PAGE_BYTES,
  checkpointPages: CHECKPOINT_PAGES,
} as const;
