import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '@cleanmiss/core';
import { replaceFile } from '@cleanmiss/snapshot';
import { ProjectInputs } from '../npm/project-inputs.js';
import { localPath, portableName, readEntryFile, readJson, writeJson } from './entry-file.js';

export interface CleanFilesOptions {
  readonly checker: string;
  readonly root: string;
  /** May what it says of a file depend on others? */
  readonly looksAround: boolean;
  /** Against which folder the checker takes the patterns of an ignore file that lies in `folder`. */
  patternsFrom(folder: string): string;
  /** Does it refuse to work where all files are passed by? Then one that is known to be in order is checked again. */
  readonly leavesOne: boolean;
  /** Files that the checker has found nothing in, out of the cache file that it left. */
  cleanIn(cacheFile: string): readonly string[];
}

interface CleanFiles {
  readonly inputs: string | null;
  /** By portable name, the digest of the content in which nothing was found. */
  readonly files: Readonly<Record<string, string>>;
}

const format = 1;

/**
 * For checkers that cache nothing but which files are in order. Those that are known to be are named in an ignore file, and the checker
 * is started with an empty cache, out of which we read which others it has found in order. What it keeps for itself names places
 * and hashes of options that we could not make true elsewhere.
 */
export class CleanFilesState {
  readonly #options: CleanFilesOptions;
  readonly #inputs: ProjectInputs;

  constructor(options: CleanFilesOptions) {
    this.#options = options;
    this.#inputs = new ProjectInputs(options.root);
  }

  enter(stateDir: string): void {
    const { root, checker, looksAround } = this.#options;
    const paths = cleanFilePaths(stateDir, checker);
    mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
    for (const left of [paths.cache, paths.entered]) rmSync(left, { recursive: true, force: true });
    const inputs = looksAround ? (this.#inputs.digest() ?? null) : null;
    const shared = readClean(readJson(paths.shared));
    const isTrusted = !looksAround || (inputs !== null && inputs === shared.inputs);
    const known = isTrusted ? Object.entries(shared.files) : [];
    const twins = new TwinNames(root);
    const still = known.filter(
      ([name, digest]) => !twins.has(name) && digestOf(localPath(name, root)) === digest,
    );
    const from = this.#options.patternsFrom(paths.folder);
    const left = this.#options.leavesOne
      ? smallestOf(
          still.map(([name]) => name),
          root,
        )
      : undefined;
    const passedBy = still.filter(([name]) => name !== left);
    const patterns = passedBy.map(([name]) => patternOf(relative(from, join(root, name))));
    replaceFile(paths.ignore, patterns.map((pattern) => `${pattern}\n`).join(''));
    // Its time is the moment since when a file must not have changed.
    writeJson(paths.entered, { inputs, files: Object.fromEntries(still) });
  }

  leave(stateDir: string): void {
    const { root, checker, looksAround } = this.#options;
    const paths = cleanFilePaths(stateDir, checker);
    const entered = readClean(readJson(paths.entered));
    const sinceNs = statSync(paths.entered, { bigint: true }).ctimeNs;
    const inputs = looksAround ? (this.#inputs.digest() ?? null) : null;
    if (looksAround && (inputs === null || inputs !== entered.inputs)) return;
    const found = this.#options.cleanIn(paths.cache).flatMap((path) => {
      const name = portableName(path, root);
      const digest = changedSince(path, sinceNs) ? undefined : digestOf(path);
      return name === undefined || digest === undefined ? [] : [[name, digest] as const];
    });
    // What is known of another content stays: on the branch that it came from it is true.
    const before = looksAround ? entered.files : readClean(readJson(paths.shared)).files;
    const there = Object.entries(before).filter(([name]) => isThere(localPath(name, root)));
    const files = Object.fromEntries([...new Map([...there, ...found])].sort(([a], [b]) => (a < b ? -1 : 1)));
    writeJson(paths.shared, { format, inputs, files });
  }
}

/** The files of a state. */
export interface CleanFilePaths {
  readonly folder: string;
  /** What travels. */
  readonly shared: string;
  /** The checker's own. */
  readonly cache: string;
  readonly ignore: string;
  /** What was known when the checker was started. */
  readonly entered: string;
}

export function cleanFilePaths(stateDir: string, checker: string): CleanFilePaths {
  const folder = join(stateDir, checker);
  return {
    folder,
    shared: join(folder, 'shared'),
    cache: join(folder, 'cache'),
    ignore: join(folder, 'ignore'),
    entered: join(folder, 'entered'),
  };
}

/** The paths in a cache file of file-entry-cache whose entries have the member: a file that was given up on has none. */
export function pathsWith(cacheFile: string, member: string): readonly string[] {
  const { form, entries } = readEntryFile(cacheFile) ?? {
    form: 'map',
    entries: new Map<string, JsonObject>(),
  };
  const has = (entry: JsonObject) => {
    const data = form === 'list' ? entry['data'] : entry;
    return isJsonObject(data) && typeof data[member] === 'string';
  };
  return [...entries].filter(([, entry]) => has(entry)).map(([path]) => path);
}

function readClean(document: Json | undefined): CleanFiles {
  if (!isJsonObject(document)) return { inputs: null, files: {} };
  const { inputs, files } = document as { inputs?: Json; files?: Json };
  const pairs = isJsonObject(files) ? Object.entries(files) : [];
  return {
    inputs: typeof inputs === 'string' ? inputs : null,
    files: Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  };
}

/** As git takes it: everything that means something to it is escaped. */
function patternOf(path: string): string {
  return path.replaceAll(sep, '/').replace(/[\\*?[\]!# ]/g, '\\$&');
}

/** Patterns are taken without regard to case: of two files that differ in nothing else, none may be named. */
class TwinNames {
  readonly #root: string;
  readonly #counts = new Map<string, ReadonlyMap<string, number>>();

  constructor(root: string) {
    this.#root = root;
  }

  has(name: string): boolean {
    // A line ends at it, whatever stands before.
    if (/[\r\n]/.test(name)) return true;
    const steps = name.split('/');
    return steps.some(
      (step, i) => (this.#countsIn(steps.slice(0, i).join('/')).get(step.toLowerCase()) ?? 0) > 1,
    );
  }

  #countsIn(folder: string): ReadonlyMap<string, number> {
    const known = this.#counts.get(folder);
    if (known) return known;
    const counts = new Map<string, number>();
    for (const name of namesIn(join(this.#root, folder))) {
      const lower = name.toLowerCase();
      counts.set(lower, (counts.get(lower) ?? 0) + 1);
    }
    this.#counts.set(folder, counts);
    return counts;
  }
}

function smallestOf(names: readonly string[], root: string): string | undefined {
  const sizes = names.map((name) => ({ name, size: statSync(join(root, name)).size }));
  return sizes.sort((a, b) => a.size - b.size)[0]?.name;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function digestOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

function isThere(path: string | undefined): boolean {
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function changedSince(path: string, sinceNs: bigint): boolean {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined || stat.ctimeNs >= sinceNs;
}
