import type { ReplayInputs } from './replay-inputs.js';

/** At most so many names of files or variables; the rest is a number. */
const maxNamed = 3;

/** What differs from an earlier check, a clause for people; `undefined` where nothing does. */
export function whatChanged(before: ReplayInputs, now: ReplayInputs): string | undefined {
  const changes = [
    before.version === now.version ? undefined : `${now.checker} was ${before.version} and is ${now.version}`,
    sameList(before.command, now.command) ? undefined : 'the command is another one',
    before.cwd === now.cwd ? undefined : 'it is run in another folder',
    named('variable', differing(before.environment, now.environment)),
    named('file', differing(before.files, now.files)),
  ].filter((change) => change !== undefined);
  if (changes.length > 0) return changes.join('; ');
  // Last: it differs as well where an argument or a version does.
  if (before.context !== now.context)
    return `the settings of ${now.checker}, or what is installed around it, have changed`;
  return undefined;
}

function named(what: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, maxNamed).join(', ');
  const more = names.length > maxNamed ? ` and ${String(names.length - maxNamed)} more` : '';
  return `changed ${what}${names.length === 1 ? '' : 's'}: ${shown}${more}`;
}

/** Changed, added or gone. */
function differing(
  before: Readonly<Record<string, string | null>>,
  now: Readonly<Record<string, string | null>>,
): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.filter((name) => before[name] !== now[name]);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, i) => word === other[i]);
}
