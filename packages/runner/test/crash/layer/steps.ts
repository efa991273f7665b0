/** One call that writes, or changes a name, below the sandbox. */
export interface Step {
  readonly call: string;
  /** Below the sandbox. */
  readonly path: string;
  /** Whether it can be done by half. */
  readonly tears: boolean;
}

/** Told of every step, in their order. */
export interface Steps {
  /** `tear` does a half of it. */
  before(step: Step, tear: (() => void) | undefined): void;
  after(): void;
}
