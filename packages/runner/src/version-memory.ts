import { join } from 'node:path';
import { VersionMemory } from '@cleanmiss/checkers';
import type { CleanmissConfig } from '@cleanmiss/open-cache';

/** Beside the store: executables are the machine's, and every project on it asks the same. */
export function versionMemoryOf({ local }: CleanmissConfig): VersionMemory {
  return new VersionMemory(join(local, 'versions.json'));
}
