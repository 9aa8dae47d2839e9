import type { TreeStatus } from "./tree-status.ts";

/** How a diagram shows where a node stands; the colour is never the only sign. */
export interface StatusLook {
  /** One character before the title. */
  readonly mark: string;
  /** One ASCII character for diagrams that are plain text. */
  readonly letter: string;
  /** Colour of the box. */
  readonly fill: string;
  /** Colour of its border. */
  readonly line: string;
}

/** Each status has a look of its own, dark text being read on all of them. */
export const STATUS_LOOKS: Readonly<Record<TreeStatus, StatusLook>> = {
  success: { mark: "✓", letter: "x", fill: "#c8e6c9", line: "#2e7d32" },
  failed: { mark: "✗", letter: "!", fill: "#ffcdd2", line: "#c62828" },
  running: { mark: "●", letter: ">", fill: "#fff9c4", line: "#f57f17" },
  waiting: { mark: "◷", letter: "~", fill: "#e1f5fe", line: "#0277bd" },
  suspended: { mark: "‖", letter: "?", fill: "#ede7f6", line: "#5e35b1" },
  blocked: { mark: "■", letter: "#", fill: "#ffe0b2", line: "#e65100" },
  pending: { mark: "○", letter: ".", fill: "#f5f5f5", line: "#757575" },
  canceled: { mark: "⊘", letter: "-", fill: "#eceff1", line: "#546e7a" },
  skipped: { mark: "↷", letter: "/", fill: "#fafafa", line: "#9e9e9e" },
  "not-reached": { mark: "○", letter: " ", fill: "#ffffff", line: "#9e9e9e" },
};
