import type { JsonObject } from '@cleanmiss/core';
import type { ReadStateFile, StateLayout, UnitState, Writing } from '@cleanmiss/snapshot';
import { moduleFacts, pluginFacts, databaseFacts, type SourcePlace } from './mypy-facts.js';
import { unitsOfChangedPlugins, unitsWithOutdatedView } from './outdated-units.js';
import { isSourceGone } from './gone-sources.js';
import { mistakenUnits } from './mistaken-units.js';
import { stateFileOf } from './state-files.js';

/** mypy's state in files and in databases, of every version. Module by module in files, which is how we direct it. */
export class MypyLayout implements StateLayout {
  readonly #place: SourcePlace;

  constructor(place: SourcePlace) {
    this.#place = place;
  }

  unitOf(path: string): string | undefined {
    return stateFileOf(path)?.unit;
  }

  /** The meta holds the second in which its data file was written. */
  keepsTime(path: string): boolean {
    return stateFileOf(path)?.kind === 'data';
  }

  /** Its store of files writes each under another name first, in all versions. A database is written in place. */
  writing(path: string): Writing {
    const kind = stateFileOf(path)?.kind;
    if (kind === 'plugins') return 'every-run';
    return kind === 'database' ? 'in-place' : 'replaced';
  }

  /** Without the plugins of the run before, mypy does not notice that one has changed. */
  isRequired(unit: string): boolean {
    return unit.endsWith('/@plugins');
  }

  factsOf(unit: string, files: readonly string[], read: ReadStateFile): JsonObject {
    if (unit.endsWith('/@plugins')) return pluginFacts(files, read);
    if (unit.endsWith('/@database')) return databaseFacts(files, read);
    return moduleFacts(files, read, this.#place);
  }

  unitsToDistrust(units: readonly Pick<UnitState, 'name' | 'facts'>[]): Promise<ReadonlySet<string>> {
    return mistakenUnits({ units, place: this.#place });
  }

  unitsToDrop(units: readonly UnitState[], read: ReadStateFile): ReadonlySet<string> {
    const useless = units.filter(({ facts }) => facts['unfit'] !== undefined);
    const orphaned = units.filter((unit) => isSourceGone(unit, this.#place));
    return new Set([
      ...[...useless, ...orphaned].map(({ name }) => name),
      ...unitsOfChangedPlugins(units),
      ...unitsWithOutdatedView(units, read),
    ]);
  }
}
