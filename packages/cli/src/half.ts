import { resolve } from 'node:path';
import { builtInCheckers, type CheckerProfile, type KnownCheckers } from '@cleanmiss/checkers';
import type { HalfRequest } from '@cleanmiss/runner';
import { Degradation } from '@cleanmiss/runner';
import {
  jsonOption,
  jsonOptionHelp,
  openProject,
  storeOptionHelp,
  storeOptions,
  type Project,
} from './project.js';
import { shown } from './text.js';
import { UsageError, type OptionHelp, type VerbInput } from './verb.js';

/** What `restore` and `save` share: the options, and how they become a request. */
export const halfOptions = {
  ...storeOptions,
  ...jsonOption,
  state: { type: 'string' },
  checker: { type: 'string' },
} as const;

export const halfOptionHelp: readonly OptionHelp[] = [
  { usage: '--state DIR', about: 'where COMMAND keeps its state, such as .mypy_cache' },
  {
    usage: '--checker NAME',
    about: `the checker that COMMAND starts somewhere inside (${builtInCheckers.names.join(', ')}, or one of the configuration)`,
  },
  ...storeOptionHelp,
  jsonOptionHelp,
];

export function halfRequest(input: VerbInput, project: Project): HalfRequest {
  const { operands: command, options, env, cwd } = input;
  if (command.length === 0)
    throw new UsageError('no command was given: name the one that runs the checker after --');
  if (typeof options['state'] !== 'string')
    throw new UsageError('no state directory was given: --state .mypy_cache, say');
  const { root, config, opened, checkers } = project;
  return {
    command,
    env,
    cwd,
    root,
    config,
    opened,
    checkers,
    nested: nestedProfile(options['checker'], checkers),
    stateDir: resolve(cwd, options['state']),
  };
}

export function nestedProfile(
  name: string | boolean | undefined,
  checkers: KnownCheckers,
): CheckerProfile | undefined {
  if (typeof name !== 'string') return undefined;
  const profile = checkers.named(name);
  if (profile) return profile;
  throw new UsageError(`there is no checker ${shown(name)}; there are ${checkers.names.join(', ')}`);
}

/** A remote that is out of order is one line of warning here too; the local store's outage is an error. */
export function openHalfProject(input: VerbInput): Project {
  const degradation = new Degradation((line) => input.terminal.warn(line));
  const project = openProject(input, { events: degradation.sink });
  for (const notice of project.config.notices) degradation.add('configuration', notice);
  return project;
}
