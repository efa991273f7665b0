import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly wantsHelp: boolean;
  readonly isSmall: boolean;
  readonly rounds: number;
  readonly which: 'mypy' | 'otherMypy';
  /** All where it is missing. */
  readonly rows: readonly number[] | undefined;
  readonly json: string | undefined;
  readonly scratch: string | undefined;
  readonly newerNode: string | undefined;
}

export class WrongUsage extends Error {}

export const usage = `usage: npm run bench [-- OPTION...]

  --rows 1,2,7       only these rows of the table in docs/performance.md
  --rounds N         measure each contestant N times (default: 7)
  --small            a small state and one round: shows that the benchmark works, not how fast anything is
  --other-mypy       use the second version of mypy that was found
  --scratch DIR      where files are written to (default: the system's folder for temporary files)
  --newer-node PATH  a second Node, 24 or later, for the rows about the command itself
  --json FILE        also write all samples to FILE`;

/** @throws {WrongUsage} */
export function parseArguments(args: readonly string[]): BenchOptions {
  const { values } = parsed(args);
  const isSmall = values.small ?? false;
  return {
    wantsHelp: values.help ?? false,
    isSmall,
    rounds: values.rounds === undefined ? (isSmall ? 1 : 7) : wholeNumber('--rounds', values.rounds),
    which: values['other-mypy'] ? 'otherMypy' : 'mypy',
    rows: values.rows?.split(',').map((text) => wholeNumber('--rows', text)),
    json: values.json,
    scratch: values.scratch,
    newerNode: values['newer-node'] && resolve(values['newer-node']),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rows: { type: 'string' },
        rounds: { type: 'string' },
        small: { type: 'boolean' },
        'other-mypy': { type: 'boolean' },
        scratch: { type: 'string' },
        'newer-node': { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new WrongUsage(`${option} takes whole numbers, one or more; not ${JSON.stringify(text)}`);
}
