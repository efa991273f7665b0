/** A file of mypy's state by its place in it: `3.11/pkg/mod.meta.json`. */
export interface StateFile {
  /** Files that are only valid together; `3.11` is the Python checked for: states for several lie side by side. */
  readonly unit: string;
  readonly kind: 'meta' | 'data' | 'rest' | 'plugins' | 'database';
}

/**
 * mypy's files in all versions from 1.0 to 2.4. `undefined` for temporary ones (`mod.meta.json.<16 hex>`), for
 * `missing_stubs` (of the last run only), `.gitignore`, `CACHEDIR.TAG` and `.worker_options.*`, for the fine-grained
 * dependencies (`*.deps.json`), which only the daemon reads, and does without, and for what is written for other tools
 * (`*.refs.json`).
 */
export function stateFileOf(path: string): StateFile | undefined {
  const [, python, rest] = /^(\d+\.\d+)\/(.+)$/.exec(path) ?? [];
  if (python === undefined || rest === undefined) return undefined;
  if (rest === '@plugins_snapshot.json') return { unit: `${python}/@plugins`, kind: 'plugins' };
  // One unit: a module's rows may be in any shard and, until it is checkpointed, in the shard's -wal. A -journal
  // undoes half a transaction. The -shm is made anew.
  if (/^cache(\.\d+)?\.db(-wal|-journal)?$/.test(rest))
    return { unit: `${python}/@database`, kind: 'database' };
  const [, module, suffix] = /^([^@].*)\.(\w+)\.(?:json|ff)$/.exec(rest) ?? [];
  if (module === undefined || suffix === undefined || forOthers.has(suffix)) return undefined;
  // Beside `meta` and `data` there are `err` (1.20) and `meta_ex` (2.x) with the errors; later versions may have more.
  return { unit: `${python}/${module}`, kind: suffix === 'meta' || suffix === 'data' ? suffix : 'rest' };
}

const forOthers: ReadonlySet<string> = new Set(['deps', 'refs']);

/** The module that a unit is of: `3.11/pkg/__init__` is of `pkg`. */
export function moduleOf(unit: string): string {
  return unit
    .slice(unit.indexOf('/') + 1)
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');
}
