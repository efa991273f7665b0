/** What a long-lived user of the library says after each cycle of twenty acknowledged puts. */
export interface LibraryReport {
  readonly cycle: number;
  /** Puts that could not be read back as they were. */
  readonly wrong: number;
  readonly rssBytes: number;
  readonly handles: number;
}

export const putsPerCycle = 20;
