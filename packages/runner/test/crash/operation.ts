/** What is killed. Must take the same steps each time. */
export interface Operation {
  readonly name: string;
  /** Makes what is there before. Not killed. */
  prepare(sandbox: string): Promise<void>;
  /** `tell` is called as soon as something has been acknowledged. */
  perform(sandbox: string, tell: (what: string) => void): Promise<void>;
}

/** What must be so, whenever it was killed. */
export interface Checks {
  /** As others find it after the kill. Leaves the sandbox such that `perform` meets what the kill has left. */
  expectSound(sandbox: string, told: ReadonlySet<string>): Promise<void>;
  /** At each word that the operation tells when it is performed once more. */
  onceMore?(sandbox: string, what: string): void;
  /**
   * After it was performed once more: asserts what it should have come to, and answers all that is there, to be compared with
   * the same of a run that nobody disturbed.
   */
  outcome(sandbox: string): Promise<unknown>;
}
