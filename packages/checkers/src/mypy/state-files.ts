/** A file of mypy's state by its place in it: `3.11/pkg/mod.meta.json`. */
export interface StateFile {
  /** The version of Python checked for; states for several lie side by side. */
  readonly python: string;
  readonly unit: string;
  readonly kind: 'meta' | 'data' | 'errors' | 'plugins' | 'database';
}

/**
 * mypy's files in all versions from 1.0 to 2.4. `undefined` for all others: temporary ones (`mod.meta.json.<16 hex>`),
 * `missing_stubs` (of the last run only), `.gitignore`, `CACHEDIR.TAG`, `.worker_options.*`, and the fine-grained
 * dependencies (`*.deps.json`), which only the daemon reads, and does without.
 */
export function stateFileOf(path: string): StateFile | undefined {
  const [, python, rest] = /^(\d+\.\d+)\/(.+)$/.exec(path) ?? [];
  if (python === undefined || rest === undefined) return undefined;
  if (rest === '@plugins_snapshot.json') return { python, unit: `${python}/@plugins`, kind: 'plugins' };
  // One unit: a module's rows may be in any shard, and from 2.0 on, until it is checkpointed, in the shard's -wal. A
  // -journal undoes half a transaction. The -shm is made anew.
  if (/^cache(\.\d+)?\.db(-wal|-journal)?$/.test(rest))
    return { python, unit: `${python}/@database`, kind: 'database' };
  const [, module, suffix] = /^([^@].*)\.(meta|data|err|meta_ex)\.(?:json|ff)$/.exec(rest) ?? [];
  if (module === undefined || suffix === undefined) return undefined;
  return { python, unit: `${python}/${module}`, kind: kinds[suffix]! };
}

/** The module that a unit is of: `3.11/pkg/__init__` is of `pkg`. */
export function moduleOf(unit: string): string {
  return unit
    .slice(unit.indexOf('/') + 1)
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');
}

const kinds: Readonly<Record<string, StateFile['kind']>> = {
  meta: 'meta',
  data: 'data',
  // Errors as rendered, from 1.20 on in a file of their own; in 2.x, together with what else changes often.
  err: 'errors',
  meta_ex: 'errors',
};
