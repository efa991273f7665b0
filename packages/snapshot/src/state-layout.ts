import type { JsonObject } from '@cleanmiss/core';

/** A unit as it stands in a state after a run, beside what was known of it before. */
export interface UnitState {
  readonly name: string;
  readonly files: readonly string[];
  /** What the layout said of it when its files were last read. */
  readonly facts: JsonObject;
  /**
   * Was any of its files written by this run, be it with the content it had? Tells what the checker has looked at again
   * from what it passed by.
   */
  readonly touched: boolean;
  /** Its facts before the run; `undefined` where it was not there. */
  readonly before: JsonObject | undefined;
}

/** Reads one file of the state by its path within it; `undefined` where it is gone. */
export type ReadStateFile = (path: string) => Uint8Array | undefined;

/** How a checker writes a file of its state. */
export type Writing =
  /** As a new file, renamed to where it belongs: the time of the folder tells of it. */
  | 'replaced'
  /** Into the file itself, or nobody knows. */
  | 'in-place'
  /**
   * At every run, mostly with the content it had. Such a one is small, and compared by content, so that a run which changed nothing is
   * seen to have changed nothing.
   */
  | 'every-run';

/**
 * What a checker profile knows of the files of a state. Paths are relative to the state, with `/` between
 * their parts on every system.
 */
export interface StateLayout {
  /**
   * The unit a file belongs to: files that are only valid together share one. `undefined` for what must never travel
   * (temporary files, sockets, locks).
   */
  unitOf(path: string): string | undefined;

  /**
   * Does the checker look at the file's mtime? Where it does not, the time is no part of a snapshot, so that two
   * machines that computed the same describe it alike.
   */
  keepsTime(path: string): boolean;

  /** Of a file that belongs to a unit. */
  writing(path: string): Writing;

  /** Is the rest of the state unsafe without this unit? */
  isRequired(unit: string): boolean;

  /** What to remember of a unit, small; asked once per change of it. */
  factsOf(unit: string, files: readonly string[], read: ReadStateFile): JsonObject;

  /**
   * Asked while units are restored here: those that the checker would take for fresh by size and time alone, though their
   * source is not the one they were made from. In one directory that takes two edits within a second; between checkouts of
   * different commits whose files bear one time (archives, image layers) it is the rule.
   */
  unitsToDistrust(units: readonly Pick<UnitState, 'name' | 'facts'>[]): Promise<ReadonlySet<string>>;

  /**
   * The units that must not be kept after a run: their source is gone, or the checker would trust them wrongly.
   * They are removed from the slot and from the snapshot.
   */
  unitsToDrop(units: readonly UnitState[], read: ReadStateFile): ReadonlySet<string>;
}
