import type { Revocation } from '@cleanmiss/core';
import { systemClock } from '@cleanmiss/core';
import { changeRevocations, listRevocations, type TierRevocations } from '@cleanmiss/runner';
import { jsonOption, jsonOptionHelp, openProject, storeOptionHelp, storeOptions } from '../project.js';
import { parseTime, shown } from '../text.js';
import { refuseOperands, UsageError, type Verb, type VerbInput } from '../verb.js';

const conditions = {
  writer: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  key: { type: 'string' },
  'checker-version': { type: 'string' },
} as const;

export const verb: Verb = {
  name: 'revoke',
  about:
    'Make misses of snapshots that should not be used any more, and of all that was made from them, for everybody who shares the remotes',
  usage:
    'revoke [--writer NAME] [--since TIME] [--key ID] [--checker-version VERSION] [--why TEXT] | --list | --undo ID',
  options: {
    ...storeOptions,
    ...jsonOption,
    ...conditions,
    why: { type: 'string' },
    list: { type: 'boolean' },
    undo: { type: 'string' },
  },
  optionHelp: [
    { usage: '--writer NAME', about: 'what this one has written (inspect shows the names)' },
    {
      usage: '--since TIME',
      about: 'what was written then or later: 2026-11-25T14:00Z, or an age such as 3h or 2d',
    },
    {
      usage: '--until TIME',
      about: 'and not later (default: now; with --key or --checker-version: for good)',
    },
    { usage: '--key ID', about: 'what was signed with this key' },
    { usage: '--checker-version VERSION', about: 'what this version of a checker has left' },
    { usage: '--why TEXT', about: 'for those who read the list' },
    { usage: '--list', about: 'show what is revoked' },
    { usage: '--undo ID', about: 'let it be used again' },
    ...storeOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 1,
  async run(input) {
    refuseOperands(input.operands);
    const { options, terminal } = input;
    const undone = textOf(input, 'undo');
    const isAsking = options['list'] === true;
    const added = isAsking || undone !== undefined ? undefined : revocationOf(input);
    using project = openProject(input, { isWaitedFor: false });
    for (const notice of project.config.notices) terminal.warn(notice);
    const tiers = isAsking
      ? await listRevocations(project.opened)
      : await changeRevocations(project.opened, added ? { add: added } : { remove: undone! });
    terminal.print(options['json'] ? JSON.stringify(tiers, undefined, 2) : tiers.map(describe).join('\n'));
    return 0;
  },
};

function revocationOf(input: VerbInput): Revocation {
  const [writer, key, version, why] = ['writer', 'key', 'checker-version', 'why'].map((name) =>
    textOf(input, name),
  );
  const since = timeOf(input, 'since');
  if ([writer, key, version, since].every((condition) => condition === undefined))
    throw new UsageError(
      'say what: --writer, --since, --key or --checker-version; see cleanmiss revoke --help',
    );
  if (key !== undefined && !/^[0-9a-f]{16}$/.test(key))
    throw new UsageError(
      `--key ${shown(key)} is no id of a key: 16 hex digits, as keygen and inspect show them`,
    );
  // What somebody will write is another matter than what he has written; a key or a version that is bad stays bad.
  const isForGood = key !== undefined || version !== undefined;
  const until = timeOf(input, 'until') ?? (isForGood ? undefined : systemClock.now());
  return {
    ...(writer === undefined ? {} : { writer }),
    ...(key === undefined ? {} : { key }),
    ...(version === undefined ? {} : { attributes: { checkerVersion: version } }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(why === undefined ? {} : { why }),
  };
}

function timeOf(input: VerbInput, name: string): number | undefined {
  const text = textOf(input, name);
  if (text === undefined) return undefined;
  const time = parseTime(text, systemClock.now());
  if (time !== undefined) return time;
  throw new UsageError(
    `--${name} ${shown(text)} is no time: write 2026-11-25T14:00Z, or an age such as 3h or 2d`,
  );
}

function textOf({ options }: VerbInput, name: string): string | undefined {
  const value = options[name];
  if (value === '') throw new UsageError(`--${name} needs a value`);
  return typeof value === 'string' ? value : undefined;
}

function describe({ tier, revocations }: TierRevocations): string {
  const lines = revocations.map((revocation) => `  ${revocation.id}  ${conditionsOf(revocation)}`);
  return [`${tier}: ${revocations.length === 0 ? 'nothing is revoked' : 'revoked are'}`, ...lines].join('\n');
}

function conditionsOf({ writer, key, attributes, since, until, why }: Revocation): string {
  const parts = [
    writer === undefined ? [] : [`by ${writer}`],
    key === undefined ? [] : [`signed with ${key}`],
    Object.entries(attributes ?? {}).map(([name, value]) => `${name} ${value}`),
    since === undefined ? [] : [`since ${new Date(since).toISOString()}`],
    until === undefined ? [] : [`until ${new Date(until).toISOString()}`],
    why === undefined ? [] : [`(${why})`],
  ];
  return parts.flat().join(', ');
}
