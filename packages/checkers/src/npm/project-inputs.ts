import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isInside } from '../portable-path.js';
import { digestOfInstalled, strayLinks } from './installed-packages.js';

/**
 * All that a check of the project may read, by content: every file below a root, and what is installed there. Kept for the length of
 * one run, so that the second question reads only what has moved since the first.
 */
export class ProjectInputs {
  readonly #root: string;
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: string }>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Another one whenever a file was added, removed or changed. `undefined` where links lead out of the project: what lies there may
   * change without a trace in here.
   */
  digest(): string | undefined {
    const sum = createHash('sha256');
    return this.#walk('', sum) ? sum.digest('hex') : undefined;
  }

  /** False where a link leads out. */
  #walk(folder: string, sum: Hash): boolean {
    return entriesOf(join(this.#root, folder)).every((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isNoInput(entry)) return true;
      if (entry.name === 'node_modules') return this.#addInstalled(path, sum);
      if (entry.isDirectory()) return this.#walk(path, sum);
      const content = this.#contentOf(path);
      sum.update(`${path}\0${content ?? ''}\0`);
      return content !== undefined;
    });
  }

  #addInstalled(path: string, sum: Hash): boolean {
    const nodeModules = join(this.#root, path);
    sum.update(`${path}\0${digestOfInstalled(nodeModules)}\0`);
    return strayLinks(nodeModules, this.#root).length === 0;
  }

  #contentOf(path: string): string | undefined {
    const file = join(this.#root, path);
    try {
      const stat = statSync(file, { bigint: true });
      // A folder behind a link is walked where it is, if that is in the project.
      if (stat.isDirectory()) return this.#placeOf(file);
      return stat.isFile() ? this.#digestOf(file, stat) : 'special';
    } catch {
      return 'unreadable';
    }
  }

  #placeOf(link: string): string | undefined {
    const real = realpathSync(link);
    return isInside(real, this.#root) ? relative(this.#root, real).replaceAll(sep, '/') : undefined;
  }

  #digestOf(file: string, { size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
    const stamp = `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
    const known = this.#known.get(file);
    if (known?.stamp === stamp) return known.digest;
    const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
    this.#known.set(file, { stamp, digest });
    return digest;
  }
}

/** What versions, checkers and tests write, and no rule reads. */
const noInputs: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', '.jj', '.sl', '.cleanmiss', '.DS_Store'],
  ...['.eslintcache', '.stylelintcache', '.mypy_cache', '.ruff_cache', '.pytest_cache', '__pycache__'],
  ...['coverage', '.nyc_output', '.turbo', '.nx', '.cache'],
]);

function isNoInput({ name }: Dirent): boolean {
  return noInputs.has(name) || name.endsWith('.tsbuildinfo') || name.endsWith('.log');
}

/** In one order on every machine. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
