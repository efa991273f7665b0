import { moveToQuarantine } from './move-aside.js';
import { removeFile, retire, settleRetired } from './retire.js';
import type { StoreFiles } from './store-files.js';

/** How a collection does away with what it has found. */
export interface Sweeper {
  /** Removes what nobody has written or relied on since; answers whether it did. */
  retire(path: string, cutoffMs: number): boolean;
  /** The second half, of what a killed collector has left. */
  settle(retired: string, home: string, cutoffMs: number): void;
  /** Of a folder, or a link, in a blob's place. */
  quarantine(path: string): void;
  remove(path: string): void;
  removeAll(path: string): void;
}

export function sweeperOf(files: StoreFiles): Sweeper {
  return {
    retire: (path, cutoffMs) => retire(files, path, cutoffMs),
    settle: (retired, home, cutoffMs) => void settleRetired(files, retired, home, cutoffMs),
    quarantine: (path) => void moveToQuarantine(files, path),
    remove: (path) => void removeFile(files, path),
    removeAll: (path) => {
      files.fs.rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Answers what the other would have done, and touches nothing. */
export function drySweeperOf({ fs }: StoreFiles): Sweeper {
  const nothing = () => {};
  return {
    retire: (path, cutoffMs) =>
      (fs.lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < cutoffMs,
    settle: nothing,
    quarantine: nothing,
    remove: nothing,
    removeAll: nothing,
  };
}
