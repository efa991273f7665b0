import {
  configFileName,
  loadConfig,
  openCache,
  type CleanmissConfig,
  type OpenedCache,
} from '@cleanmiss/open-cache';
import { findProjectRoot } from '@cleanmiss/snapshot';
import type { OptionHelp, OptionSpecs, VerbInput } from './verb.js';
import { version } from './version.js';

/** What every verb that works with a store needs. */
export interface Project {
  readonly root: string;
  readonly config: CleanmissConfig;
  readonly opened: OpenedCache;
}

export const storeOptions = { local: { type: 'string' } } as const satisfies OptionSpecs;
export const storeOptionHelp: readonly OptionHelp[] = [
  {
    usage: '--local DIR',
    about:
      "this machine's store (default: CLEANMISS_LOCAL, else the configuration, else the user's cache directory)",
  },
];
export const jsonOption = { json: { type: 'boolean' } } as const satisfies OptionSpecs;
export const jsonOptionHelp: OptionHelp = { usage: '--json', about: 'print JSON' };

export function projectRootOf({ cwd }: VerbInput): string {
  return findProjectRoot(cwd, configFileName);
}

export function openProject(input: VerbInput): Project {
  const { cwd, env, options } = input;
  const root = projectRootOf(input);
  const local = options['local'];
  const config = loadConfig({
    root,
    cwd,
    env,
    flags: { local: typeof local === 'string' ? local : undefined },
  });
  return { root, config, opened: openCache(config, { writer: `cleanmiss ${version()}` }) };
}
