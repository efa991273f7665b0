import type { StateLayout } from '@cleanmiss/snapshot';
import { sharedPath } from './build-info.js';

/** One file, which `tsc` believes by the content of the sources alone: nothing to distrust, nothing to drop. */
export const tscLayout: StateLayout = {
  unitOf: (path) => (path === sharedPath ? 'tsc' : undefined),
  keepsTime: () => false,
  writing: () => 'replaced',
  isRequired: () => false,
  factsOf: () => ({}),
  unitsToDistrust: () => Promise.resolve(new Set()),
  unitsToDrop: () => new Set(),
};
