import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isJsonObject, parseJson } from '@cleanmiss/core';
import { digestOf, isInside } from '../../portable-path.js';
import { inputsOf, type Surroundings } from './build-inputs.js';
import { buildFolder } from './build-layout.js';
import { decodeRecord, encodeRecord, type BuildRecord } from './build-record.js';
import { isDeclaration, outputFoldersOf, possibleOutputs } from './outputs.js';
import type { BuildProject } from './solution.js';

/**
 * The output of the projects of a build, brought to a checkout that has none, and only where everything it was made from is the same, byte by
 * byte. tsc -b then finds it newer than its sources, and passes the project by. All else it builds as it would anyway.
 */
export class BuildState {
  readonly #projects: readonly BuildProject[];
  readonly #root: string;
  /** Without output when the check started: what is there after it, it has written itself. */
  #bare: readonly BuildProject[] = [];
  #brought: string[] = [];
  /** The file system's clock, at the start. */
  #started = 0;

  constructor(projects: readonly BuildProject[], root: string) {
    this.#projects = projects;
    this.#root = root;
  }

  enter(stateDir: string): void {
    // Where the check is run once more, cold, nothing of the first try must be left.
    for (const path of this.#brought.splice(0)) rmSync(path, { force: true });
    const folder = join(stateDir, buildFolder);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const bare = this.#projects.filter(({ buildInfo }) => !existsSync(buildInfo));
    const brought = new Set<string>();
    this.#bare = bare.filter((project) => {
      // What it refers to will be built anew, or is not from us: then its own output may be older.
      const isReady = project.references.every((name) => brought.has(name) || this.#isEmpty(name));
      if (!isReady || !this.#bring(project, join(folder, idOf(project)))) return true;
      brought.add(project.name);
      return false;
    });
    const probe = join(stateDir, 'started');
    writeFileSync(probe, '');
    this.#started = statSync(probe).mtimeMs;
    rmSync(probe);
  }

  leave(stateDir: string): void {
    for (const project of this.#bare) this.#keep(project, join(stateDir, buildFolder, idOf(project)));
  }

  /** Answers whether it did. */
  #bring(project: BuildProject, unit: string): boolean {
    const text = readText(join(unit, 'record'));
    const record = text === undefined ? undefined : decodeRecord(text);
    if (record?.project !== project.name || !this.#isTrueHere(project, record)) return false;
    const written: string[] = [];
    try {
      for (const [i, path] of record.outputs.entries()) {
        const target = join(this.#root, path);
        makeFolders(dirname(target), this.#root);
        // With the permissions of a new file, not those of the state.
        writeFileSync(target, readFileSync(join(unit, String(i))), { flag: 'wx' });
        written.push(target);
      }
    } catch {
      // Somebody else was there first, or the disk is full: then it is built.
      for (const path of written) rmSync(path, { force: true });
      return false;
    }
    this.#brought.push(...written);
    return true;
  }

  #isTrueHere(project: BuildProject, { inputs, outputs }: BuildRecord): boolean {
    const paths = Object.keys(inputs.files).map((path) => join(this.#root, path));
    const sources = paths.filter((path) => !isDeclaration(path) && !path.endsWith(`${sep}package.json`));
    const possible = this.#possibleOf(project, sources);
    const targets = outputs.map((path) => join(this.#root, path));
    if (!targets.every((path) => possible.has(path) && this.#isOurs(path))) return false;
    if (targets.at(-1) !== project.buildInfo || targets.some((path) => isThere(path))) return false;
    const here = inputsOf(project, paths, this.#around(possible));
    return here !== undefined && digestOf({ ...here }) === digestOf({ ...inputs });
  }

  /** Keeps what a build from nothing has left, if it is all there and all of this run. */
  #keep(project: BuildProject, unit: string): void {
    rmSync(unit, { recursive: true, force: true });
    const info = parseJson(readText(project.buildInfo) ?? '');
    const names = isJsonObject(info) ? info['fileNames'] : undefined;
    if (!Array.isArray(names)) return;
    const paths = names
      .map((name) => resolve(dirname(project.buildInfo), String(name)))
      // The context says which TypeScript it is.
      .filter(
        (path) => !/[\\/]node_modules[\\/](?:typescript|@typescript[\\/][^\\/]+)[\\/]lib[\\/]/.test(path),
      );
    const sources = paths.filter((path) => !isDeclaration(path));
    const written = new Map(sources.map((source) => [source, this.#writtenFor(source, sources, project)]));
    const emits = project.options['noEmit'] !== true;
    if (emits && ![...written.values()].every((outputs) => outputs.length > 0)) return;
    const outputs = [...[...written.values()].flat().sort(), project.buildInfo];
    const inputs = inputsOf(project, paths, this.#around(this.#possibleOf(project, sources)));
    if (!inputs || !outputs.every((path) => this.#isOurs(path) && !this.#namesPlace(path))) return;
    const portable = outputs.map((path) => relative(this.#root, path).replaceAll(sep, '/'));
    const workshop = `${unit}.making`;
    rmSync(workshop, { recursive: true, force: true });
    mkdirSync(workshop, { recursive: true, mode: 0o700 });
    for (const [i, path] of outputs.entries()) copyFileSync(path, join(workshop, String(i)));
    writeFileSync(
      join(workshop, 'record'),
      encodeRecord({ project: project.name, inputs, outputs: portable }),
    );
    renameSync(workshop, unit);
  }

  #writtenFor(source: string, sources: readonly string[], project: BuildProject): readonly string[] {
    return possibleOutputs(source, sources, project).filter((path) => {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      return stats?.isFile() === true && stats.mtimeMs >= this.#started;
    });
  }

  /** A project of references alone has no output. */
  #isEmpty(name: string): boolean {
    return this.#projects.find((project) => project.name === name)?.hasFiles === false;
  }

  #around(outputs: ReadonlySet<string>): Surroundings {
    return { root: this.#root, outputs, outputFolders: this.#projects.flatMap(outputFoldersOf) };
  }

  #possibleOf(project: BuildProject, sources: readonly string[]): ReadonlySet<string> {
    const all = sources.flatMap((source) => possibleOutputs(source, sources, project));
    return new Set([...all, project.buildInfo]);
  }

  /** Within the project, and nothing that belongs to git, an installer, or us. */
  #isOurs(path: string): boolean {
    if (!isInside(path, this.#root)) return false;
    const steps = relative(this.#root, path).split(sep);
    return !steps.some((step) => ['.git', '.cleanmiss', 'node_modules'].includes(step));
  }

  /** Such output is true here alone. */
  #namesPlace(path: string): boolean {
    return readFileSync(path).includes(this.#root);
  }
}

function idOf({ name }: BuildProject): string {
  return digestOf(name);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws {Error} where a link, or no folder, is in the way: through it, we would write to somewhere else */
function makeFolders(folder: string, root: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    if (folder !== root) makeFolders(dirname(folder), root);
    return;
  }
  if (stats || folder === root) throw new Error(`${folder} is no folder`);
  makeFolders(dirname(folder), root);
  mkdirSync(folder);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
