import {
  maxRevocationBytes,
  parseRevocation,
  revocationToJson,
  systemClock,
  type Revocation,
} from '@cleanmiss/core';
import {
  changeRevocations,
  listRevocations,
  type RevocationChange,
  type TierRevocations,
} from '@cleanmiss/runner';
import { jsonOption, jsonOptionHelp, openProject, storeOptionHelp, storeOptions } from '../project.js';
import { dateOf, parseTime, printable, shown } from '../text.js';
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
    const change = changeOf(input);
    using project = openProject(input, { isWaitedFor: false });
    for (const notice of project.config.notices) terminal.warn(notice);
    const tiers = await (change
      ? changeRevocations(project.opened, change)
      : listRevocations(project.opened));
    terminal.print(options['json'] ? JSON.stringify(tiers, undefined, 2) : tiers.map(describe).join('\n'));
    return 0;
  },
};

/** `undefined`: it is only asked what is revoked. */
function changeOf(input: VerbInput): RevocationChange | undefined {
  const undone = textOf(input, 'undo');
  const alone = input.options['list'] === true ? '--list' : undone === undefined ? undefined : '--undo';
  if (alone === undefined) return { add: revocationOf(input) };
  const others = [...Object.keys(conditions), 'why', ...(alone === '--list' ? ['undo'] : [])];
  const beside = others.find((name) => input.options[name] !== undefined);
  if (beside !== undefined) throw new UsageError(`${alone} stands alone: --${beside} says something else`);
  if (undone === undefined) return undefined;
  if (/^[0-9a-f]{12}$/.test(undone)) return { remove: undone };
  throw new UsageError(
    `--undo ${shown(undone)} is no id of what is revoked: 12 hex digits, as --list shows them`,
  );
}

function revocationOf(input: VerbInput): Revocation {
  const [writer, key, version, why] = ['writer', 'key', 'checker-version', 'why'].map((name) =>
    textOf(input, name),
  );
  const now = systemClock.now();
  const since = timeOf(input, 'since', now);
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
  const until = timeOf(input, 'until', now) ?? (isForGood ? undefined : now);
  refuseEmptySpan(since, until, now);
  const revocation = {
    ...(writer === undefined ? {} : { writer }),
    ...(key === undefined ? {} : { key }),
    ...(version === undefined ? {} : { attributes: { checkerVersion: version } }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(why === undefined ? {} : { why }),
    at: now,
  };
  if (parseRevocation(revocationToJson(revocation))) return revocation;
  throw new UsageError(`that is too long for others to read: ${maxRevocationBytes} bytes, with --why`);
}

/** Nothing was written then. */
function refuseEmptySpan(since: number | undefined, until: number | undefined, now: number): void {
  if (since === undefined) return;
  if (since > now)
    throw new UsageError(`--since ${dateOf(since)} is still to come: nothing would be revoked`);
  if (until === undefined || since <= until) return;
  throw new UsageError(
    `--since ${dateOf(since)} is after --until ${dateOf(until)}: nothing would be revoked`,
  );
}

function timeOf(input: VerbInput, name: string, now: number): number | undefined {
  const text = textOf(input, name);
  if (text === undefined) return undefined;
  const time = parseTime(text, now);
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
    since === undefined ? [] : [`since ${dateOf(since)}`],
    until === undefined ? [] : [`until ${dateOf(until)}`],
    why === undefined ? [] : [`(${why})`],
  ];
  // Whoever may write there has written it.
  return parts.flat().map(printable).join(', ');
}
