/** What a diagram of a workflow shows. */
export interface VisualizationOptions {
  /** Shows descriptions. @default true */
  readonly includeDescriptions?: boolean;
  /** Shows what each node takes and gives, as far as its schemas say so in JSON Schema. @default false */
  readonly includeSchemas?: boolean;
}

/** What a diagram of a run shows. */
export interface ExecutionVisualizationOptions extends VisualizationOptions {
  /** Marks the places that are at work or wait. @default true */
  readonly highlightCurrentStep?: boolean;
  /** Shows and colours where each node stands. @default true */
  readonly showStatus?: boolean;
  /** Shows outputs and errors. @default false */
  readonly showResults?: boolean;
}

/** All options, with what they are when they are left out. */
export type DiagramOptions = Required<ExecutionVisualizationOptions>;

/** The options with their defaults. */
export function diagramOptions(options: ExecutionVisualizationOptions): DiagramOptions {
  return {
    includeDescriptions: options.includeDescriptions ?? true,
    includeSchemas: options.includeSchemas ?? false,
    highlightCurrentStep: options.highlightCurrentStep ?? true,
    showStatus: options.showStatus ?? true,
    showResults: options.showResults ?? false,
  };
}
