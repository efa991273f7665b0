import { join } from 'node:path';
import { builtInCheckers, type KnownCheckers } from '@cleanmiss/checkers';
import { CacheError } from '@cleanmiss/core';
import {
  configFileName,
  loadConfig,
  openCache,
  type CleanmissConfig,
  type ConfigLayer,
  type OpenCacheOptions,
  type OpenedCache,
} from '@cleanmiss/open-cache';
import { findProjectRoot } from '@cleanmiss/snapshot';
import { shown } from './text.js';
import { UsageError, type OptionHelp, type OptionSpecs, type VerbInput } from './verb.js';
import { writerOf } from './writer.js';

/** What every verb that works with a store needs. Its end closes connections. */
export interface Project extends Disposable {
  readonly root: string;
  readonly config: CleanmissConfig;
  readonly opened: OpenedCache;
  /** Those that we know, and those of the configuration. */
  readonly checkers: KnownCheckers;
}

export const localOption = { local: { type: 'string' } } as const satisfies OptionSpecs;
export const localOptionHelp: readonly OptionHelp[] = [
  {
    usage: '--local DIR',
    about:
      "this machine's store (default: CLEANMISS_LOCAL, else the configuration, else the user's cache directory)",
  },
];
export const storeOptions = {
  ...localOption,
  remote: { type: 'string' },
  'remote-mode': { type: 'string' },
} as const satisfies OptionSpecs;
export const storeOptionHelp: readonly OptionHelp[] = [
  ...localOptionHelp,
  {
    usage: '--remote URL',
    about: 'a store that a team shares, such as redis://host:6379; off for none (default: CLEANMISS_REMOTE)',
  },
  {
    usage: '--remote-mode MODE',
    about: 'read, read-write or off, for all remotes (default: CLEANMISS_REMOTE_MODE)',
  },
];
export const jsonOption = { json: { type: 'boolean' } } as const satisfies OptionSpecs;
export const jsonOptionHelp: OptionHelp = { usage: '--json', about: 'print JSON' };

export function projectRootOf({ cwd }: VerbInput): string {
  return findProjectRoot(cwd, configFileName);
}

/** `more`: what the verb wants otherwise of the cache. */
export function openProject(input: VerbInput, more: OpenCacheOptions = {}): Project {
  const { cwd, env } = input;
  const root = projectRootOf(input);
  const config = loadConfig({ root, cwd, env, flags: flagsOf(input) });
  const checkers = checkersOf(config, join(root, configFileName));
  const opened = openCache(config, { writer: config.writer ?? writerOf(env), root, ...more });
  return {
    root,
    config,
    opened,
    checkers,
    [Symbol.dispose]() {
      opened.close();
    },
  };
}

/** @throws {CacheError} `ERR_CONFIG` */
function checkersOf(config: CleanmissConfig, path: string): KnownCheckers {
  const checkers = builtInCheckers.with(config.checkers, path);
  const stranger = [...config.replay.keys()].find((name) => !checkers.named(name));
  if (stranger === undefined) return checkers;
  const names = checkers.names.join(', ');
  throw new CacheError('ERR_CONFIG', `"replay" in ${path} names ${shown(stranger)}; there are ${names}`);
}

/**
 * For upkeep: a store that somebody names has to be there, else a typing error or a drive that is not mounted would be taken for a
 * store in order. This machine's own is made by the first run.
 * @throws {UsageError}
 */
export function refuseNoStore({ options }: VerbInput, { config, opened }: Project): void {
  if (options['local'] === undefined || opened.hasStore()) return;
  throw new UsageError(
    `there is no store in ${config.local}: is it the right folder, and is its drive mounted?`,
  );
}

/** A row of what is told of a store. */
export function storeRow({ config, opened }: Pick<Project, 'config' | 'opened'>): readonly string[] {
  return ['store', opened.hasStore() ? config.local : `${config.local} (nothing was ever stored there)`];
}

/** What a process that we start has to be told, so that it sees the set-up that we see. */
export function environmentFor(input: VerbInput, { config }: Project): VerbInput['env'] {
  const { remote, remoteMode } = flagsOf(input);
  return {
    ...input.env,
    CLEANMISS_LOCAL: config.local,
    ...(remote === undefined ? {} : { CLEANMISS_REMOTE: remote }),
    ...(remoteMode === undefined ? {} : { CLEANMISS_REMOTE_MODE: remoteMode }),
  };
}

function flagsOf({ options }: VerbInput): ConfigLayer {
  const textOf = (name: string) => {
    const value = options[name];
    return typeof value === 'string' ? value : undefined;
  };
  return { local: textOf('local'), remote: textOf('remote'), remoteMode: textOf('remote-mode') };
}
