import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type Clock, type Json, type JsonObject } from '@cleanmiss/core';
import {
  localPath,
  portableName,
  readEntryFile,
  readJson,
  writeEntryFile,
  writeJson,
  type EntryFile,
} from '../entry-cache/entry-file.js';
import { ProjectInputs } from '../npm/project-inputs.js';
import { probeConfigs, isReach, type ProbedConfig, type ProbeOptions, type Reach } from './config-probe.js';
import {
  formatShared,
  isResults,
  readShared,
  type SharedEntry,
  type SharedGroup,
  type SharedResults,
} from './shared-results.js';

export interface EslintStateOptions {
  readonly probe: ProbeOptions;
  /** Does ESLint apply fixes? Its cache may then hold the results of a file under the hash of what it was changed to. */
  readonly fixes: boolean;
  readonly clock: Clock;
}

/** A configuration at this place. */
interface LocalGroup {
  readonly group: string;
  readonly isPlaced: boolean;
  readonly reach: Reach;
}

/** What is known when ESLint starts, for when it has ended. */
interface Entered {
  readonly root: string;
  readonly inputs: string | null;
  /** By the hash that ESLint has for it here. */
  readonly groups: Readonly<Record<string, LocalGroup>>;
}

/**
 * Between the results that are shared and ESLint's own cache file. A result that may depend on other files than its own goes in only
 * where all files are what they were when it was made; so what ESLint says is what it would say without a cache.
 */
export class EslintState {
  readonly #options: EslintStateOptions;
  readonly #inputs: ProjectInputs;

  constructor(options: EslintStateOptions) {
    this.#options = options;
    this.#inputs = new ProjectInputs(options.probe.root);
  }

  async enter(stateDir: string): Promise<void> {
    const { root } = this.#options.probe;
    const files = filesIn(stateDir);
    mkdirSync(files.folder, { recursive: true, mode: 0o700 });
    // Whatever a killed run has left: it knows nothing of the files beside those that it looked at.
    rmSync(files.cache, { recursive: true, force: true });
    const shared = readShared(files.shared, root);
    const reaches = Object.values(shared?.groups ?? {}).map(({ reach }) => reach);
    const isPlain = reaches.length > 0 && reaches.every((reach) => reach === 'file');
    const inputs = isPlain ? null : (this.#inputs.digest() ?? null);
    const trusted = shared && this.#trusted(shared, inputs);
    const groups = trusted
      ? await this.#localGroups(trusted, parseEntered(readJson(files.entered), root))
      : {};
    if (trusted) writeEntryFile(files.cache, this.#localFile(trusted, groups));
    rmSync(files.entered, { recursive: true, force: true });
    // Written at each run: its time is the moment since when a file must not have changed.
    writeJson(files.entered, { root, inputs, groups } as unknown as Json);
  }

  async leave(stateDir: string): Promise<void> {
    const { root } = this.#options.probe;
    const files = filesIn(stateDir);
    const entered = parseEntered(readJson(files.entered), root);
    const left = readEntryFile(files.cache);
    if (!entered || !left) return;
    const before = this.#options.fixes ? readShared(files.shared, root) : undefined;
    const sinceNs = statSync(files.entered, { bigint: true }).ctimeNs;
    const found = this.#resultsIn(left, sinceNs).filter(({ name, hash }) => {
      const known = before?.entries[name];
      return known === undefined || known.hash === hash;
    });
    const groups = { ...entered.groups, ...(await this.#unknownGroups(found, entered.groups)) };
    const usable = found.filter(({ config }) => groups[config] !== undefined);
    const needsInputs = usable.some(({ config }) => groups[config]!.reach !== 'file');
    const inputs = needsInputs ? (this.#inputs.digest() ?? null) : null;
    // What other files said may have been true for some of the results and not for others.
    const isStill = inputs !== null && inputs === entered.inputs;
    const kept = usable.filter(({ config }) => isStill || groups[config]!.reach === 'file');
    const isToday = kept.some(({ config }) => groups[config]!.reach === 'today');
    const shared: SharedResults = {
      form: left.form,
      inputs: isStill ? inputs : null,
      day: isToday ? this.#day() : null,
      groups: Object.fromEntries(kept.map(({ config }) => sharedGroup(config, groups[config]!))),
      entries: Object.fromEntries(
        kept.map(({ name, config, hash, size, results }) => [
          name,
          { hash, size, group: groups[config]!.group, results },
        ]),
      ),
    };
    writeJson(files.shared, formatShared(shared));
  }

  #trusted(shared: SharedResults, inputs: string | null): SharedResults {
    const isSame = inputs !== null && inputs === shared.inputs;
    const isTrusted = ({ reach }: SharedGroup) => {
      if (reach === 'file') return true;
      return isSame && (reach === 'project' || shared.day === this.#day());
    };
    const groups = Object.fromEntries(Object.entries(shared.groups).filter(([, group]) => isTrusted(group)));
    const entries = Object.entries(shared.entries).filter(([, { group }]) => groups[group] !== undefined);
    return { ...shared, groups, entries: Object.fromEntries(entries) };
  }

  /** By the hashes of this place; where an earlier run here did not learn them, ESLint is asked. */
  async #localGroups(
    { groups, entries }: SharedResults,
    earlier: Entered | undefined,
  ): Promise<Entered['groups']> {
    const local: Record<string, LocalGroup> = {};
    const learned = new Map(Object.entries(earlier?.groups ?? {}).map(([hash, { group }]) => [group, hash]));
    const unknown: string[] = [];
    for (const [group, { reach, hash }] of Object.entries(groups)) {
      const here = hash ?? learned.get(group);
      if (here === undefined) unknown.push(group);
      else local[here] = { group, isPlaced: hash === null, reach };
    }
    const samples = unknown.map((group) =>
      Object.keys(entries).find((name) => entries[name]!.group === group),
    );
    const { probe } = this.#options;
    const asked = samples.map((name) => (name === undefined ? undefined : localPath(name, probe.root)));
    const probed = await probeConfigs(
      asked.filter((file) => file !== undefined),
      probe,
    );
    // One that has another configuration by now is no longer of its group, and says nothing of the others.
    for (const config of probed.filter((config) => config !== undefined && unknown.includes(config.group)))
      local[config!.hash] = localGroup(config!);
    return local;
  }

  async #unknownGroups(found: readonly Found[], known: Entered['groups']): Promise<Entered['groups']> {
    const samples = new Map<string, string>();
    for (const { config, path } of found) {
      if (known[config] === undefined && !samples.has(config)) samples.set(config, path);
    }
    const probed = await probeConfigs([...samples.values()], this.#options.probe);
    const learned = [...samples.keys()].map((hash, i) => ({ hash, config: probed[i] }));
    // Where ESLint says another hash now, it may have had another configuration then.
    const sure = learned.filter(({ hash, config }) => config?.hash === hash);
    return Object.fromEntries(sure.map(({ hash, config }) => [hash, localGroup(config!)]));
  }

  #localFile({ form, entries }: SharedResults, groups: Entered['groups']): EntryFile {
    const { root } = this.#options.probe;
    const hashes = new Map(Object.entries(groups).map(([hash, { group }]) => [group, hash]));
    const local = Object.entries(entries).flatMap(([name, entry]) => {
      const path = localPath(name, root)!;
      const hashOfConfig = hashes.get(entry.group);
      return hashOfConfig === undefined ? [] : [[path, localEntry(form, path, hashOfConfig, entry)] as const];
    });
    return { form, entries: new Map(local) };
  }

  /** Those of files of the project that have not changed since ESLint was started. */
  #resultsIn({ form, entries }: EntryFile, sinceNs: bigint): readonly Found[] {
    const { root } = this.#options.probe;
    const place = JSON.stringify(root).slice(1, -1);
    return [...entries].flatMap(([path, entry]) => {
      const name = portableName(path, root);
      const inner = form === 'list' ? entry['data'] : entry;
      if (name === undefined || !isJsonObject(inner) || !isResults(inner['results'])) return [];
      const { filePath, ...results } = inner['results'];
      const { hash, size } = entry as { hash?: Json; size?: Json };
      const { hashOfConfig: config } = inner as { hashOfConfig?: Json };
      if (typeof hash !== 'string' || typeof config !== 'string' || filePath !== path) return [];
      // A message that names the place of the project.
      if (JSON.stringify(results).includes(place) || changedSince(path, sinceNs)) return [];
      return [{ name, path, config, hash, size: typeof size === 'number' ? size : null, results }];
    });
  }

  #day(): string {
    return new Date(this.#options.clock.now()).toISOString().slice(0, 10);
  }
}

interface Found {
  readonly name: string;
  readonly path: string;
  /** ESLint's hash of the configuration. */
  readonly config: string;
  readonly hash: string;
  readonly size: number | null;
  readonly results: JsonObject;
}

function filesIn(stateDir: string) {
  const folder = join(stateDir, 'eslint');
  return {
    folder,
    shared: join(folder, 'shared'),
    cache: cacheFileIn(stateDir),
    entered: join(folder, 'entered'),
  };
}

export function cacheFileIn(stateDir: string): string {
  return join(stateDir, 'eslint', 'cache');
}

function localEntry(
  form: EntryFile['form'],
  filePath: string,
  hashOfConfig: string,
  { hash, size, results }: SharedEntry,
): JsonObject {
  const data = { results: { filePath, ...results }, hashOfConfig };
  return form === 'map' ? { hash, ...data } : { size, mtime: 0, hash, data };
}

function localGroup({ group, isPlaced, reach }: ProbedConfig): LocalGroup {
  return { group, isPlaced, reach };
}

function sharedGroup(hash: string, { group, isPlaced, reach }: LocalGroup): [string, SharedGroup] {
  return [group, { reach, hash: isPlaced ? null : hash }];
}

/** ESLint notes down the hash that a file has at the end beside what it found in it before. */
function changedSince(path: string, sinceNs: bigint): boolean {
  try {
    return statSync(path, { bigint: true }).ctimeNs >= sinceNs;
  } catch {
    return true;
  }
}

function parseEntered(document: Json | undefined, root: string): Entered | undefined {
  if (!isJsonObject(document) || document['root'] !== root) return undefined;
  const { inputs, groups } = document as { inputs?: Json; groups?: Json };
  if (!isJsonObject(groups)) return undefined;
  const isLocal = (value: Json): boolean =>
    isJsonObject(value) && typeof value['group'] === 'string' && isReach(value['reach']);
  const good = Object.entries(groups).filter(([, value]) => isLocal(value));
  const parsed = Object.fromEntries(good) as unknown as Entered['groups'];
  return { root, inputs: typeof inputs === 'string' ? inputs : null, groups: parsed };
}
