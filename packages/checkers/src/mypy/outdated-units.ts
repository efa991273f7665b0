import type { ReadStateFile, UnitState } from '@cleanmiss/snapshot';
import { readJsonMeta } from './module-meta.js';
import { moduleOf, stateFileOf } from './state-files.js';

/**
 * Up to 1.18, a meta does not say which interfaces of its dependencies the module was checked against: mypy relies on
 * having seen each of them change. `mypy b.py` after an edit of `b` leaves `c`, which imports `b`, as it was; a later
 * run that visits `c` finds both fresh and answers "Success" wrongly (python/mypy #9554). Alone that is one person's
 * trouble; shared, it is the team's.
 *
 * In one run, mypy makes every module that it visits consistent with its dependencies: what depends on a changed
 * interface is checked anew and its meta written, with the same content if nothing came of it. So a unit that was not
 * touched was not visited; and if one of its dependencies (direct or not: the meta names both) has another interface
 * than before the run, or was not there before, its view of it is outdated, and it goes. What depends on it may stay:
 * a module without a meta makes mypy check anew all that it visits of what depends on it; and when its unit is back,
 * the unvisited ones go by this very rule. So, by induction, every state that is kept is consistent. (That a nested
 * command may start several mypys changes nothing, as long as the sources stand still between them.)
 *
 * From 1.19 on, metas hold `dep_hashes`, and none of this is needed.
 */
export function unitsWithOutdatedView(units: readonly UnitState[], read: ReadStateFile): readonly string[] {
  const unguarded = units.filter(({ facts }) => facts['interface'] !== undefined);
  const moved = new Set(unguarded.filter(hasOtherInterface).map(({ name }) => idOf(name)));
  const twins = twinsOf(unguarded);
  if (moved.size === 0) return twins;
  const outdated = unguarded.filter(
    (unit) => !unit.touched && dependenciesOf(unit, read).some((id) => moved.has(id)),
  );
  return [...twins, ...outdated.map(({ name }) => name)];
}

/**
 * The same in all versions where a plugin has changed: mypy discards the metas that it visits and notes the new
 * plugin, with which the next run takes the unvisited ones for its work.
 */
export function unitsOfChangedPlugins(units: readonly UnitState[]): readonly string[] {
  const changed = units.filter(({ facts, before }) => facts['plugins'] !== before?.['plugins']);
  const pythons = new Set(changed.map(({ name }) => pythonOf(name)));
  const isOutdated = (unit: UnitState) =>
    pythons.has(pythonOf(unit.name)) && unit.facts['plugins'] === undefined && !unit.touched;
  return units.filter(isOutdated).map(({ name }) => name);
}

/**
 * `b.py` and `b/__init__.py` are one module under two names. Where both have a unit, only the one that this run
 * visited is what others were checked against.
 */
function twinsOf(units: readonly UnitState[]): readonly string[] {
  const byId = new Map<string, UnitState[]>();
  for (const unit of units) byId.set(idOf(unit.name), [...(byId.get(idOf(unit.name)) ?? []), unit]);
  return [...byId.values()].filter((same) => same.length > 1).flatMap(losersAmong);
}

function losersAmong(same: readonly UnitState[]): readonly string[] {
  const visited = same.filter(({ touched }) => touched);
  const winner = visited.length === 1 ? visited[0] : undefined;
  return same.filter((unit) => unit !== winner).map(({ name }) => name);
}

function hasOtherInterface({ facts, before }: UnitState): boolean {
  return facts['interface'] !== before?.['interface'];
}

function dependenciesOf({ name, files }: UnitState, read: ReadStateFile): readonly string[] {
  const metas = files
    .filter((file) => stateFileOf(file)?.kind === 'meta')
    .map((file) => readJsonMeta(read(file) ?? new Uint8Array()));
  return metas
    .flatMap((meta) => meta?.unguarded?.dependencies ?? [])
    .map((module) => `${pythonOf(name)} ${module}`);
}

function idOf(unit: string): string {
  return `${pythonOf(unit)} ${moduleOf(unit)}`;
}

function pythonOf(unit: string): string {
  return unit.slice(0, unit.indexOf('/'));
}
