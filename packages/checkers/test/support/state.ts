import type { JsonObject } from '@cleanmiss/core';
import type { ReadStateFile, UnitState } from '@cleanmiss/snapshot';

/** A state in memory, and how it is read. */
export function stateOf(files: Readonly<Record<string, string | Uint8Array>>): {
  readonly paths: readonly string[];
  readonly read: ReadStateFile;
} {
  const read = (path: string) => (files[path] === undefined ? undefined : Buffer.from(files[path]));
  return { paths: Object.keys(files), read };
}

export interface OldModule {
  readonly interface: string;
  readonly dependencies?: readonly string[];
  /** What it was before the run; `null` where it was not there. Default: the same. */
  readonly before?: string | null;
  /** Default: it was not visited. */
  readonly touched?: boolean;
}

/** Units of mypy 1.18 and before, by their names below `3.11/`. */
export function oldUnits(modules: Readonly<Record<string, OldModule>>): {
  readonly units: readonly UnitState[];
  readonly read: ReadStateFile;
  readonly reads: string[];
} {
  const reads: string[] = [];
  const metas = Object.entries(modules).map(([name, module]) => {
    const text = {
      path: `${name}.py`,
      interface_hash: module.interface,
      dependencies: module.dependencies ?? [],
    };
    return [`3.11/${name}.meta.json`, JSON.stringify(text)] as const;
  });
  const { read } = stateOf(Object.fromEntries(metas));
  const watched = (path: string) => {
    reads.push(path);
    return read(path);
  };
  return {
    units: Object.entries(modules).map(([name, module]) => unitOf(name, module)),
    read: watched,
    reads,
  };
}

function unitOf(name: string, { interface: now, before = now, touched = false }: OldModule): UnitState {
  const facts: JsonObject = { source: `${name}.py`, interface: now };
  return {
    name: `3.11/${name}`,
    files: [`3.11/${name}.data.json`, `3.11/${name}.meta.json`],
    facts,
    touched,
    before: before === null ? undefined : { ...facts, interface: before },
  };
}
