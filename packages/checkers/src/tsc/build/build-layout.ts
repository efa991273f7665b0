import type { JsonObject } from '@cleanmiss/core';
import type { StateLayout, Writing } from '@cleanmiss/snapshot';

/** In the state: a folder for each project, which is a unit. */
export const buildFolder = 'build';

export class BuildLayout implements StateLayout {
  unitOf(path: string): string | undefined {
    return /^build\/([0-9a-f]{16})\/(?:record|[0-9]+)$/.exec(path)?.[1];
  }

  keepsTime(): boolean {
    return false;
  }

  writing(): Writing {
    return 'replaced';
  }

  isRequired(): boolean {
    return false;
  }

  factsOf(): JsonObject {
    return {};
  }

  unitsToDistrust(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set<string>());
  }

  unitsToDrop(): ReadonlySet<string> {
    return new Set();
  }
}
