import { parseArgs } from 'node:util';
import { UsageError, type OptionSpecs, type Verb } from './verb.js';

export interface ParsedArguments {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly operands: readonly string[];
}

/** @throws {UsageError} */
export function parseArguments(verb: Verb, args: readonly string[]): ParsedArguments {
  if (!verb.takesCommand) return parse(verb, args, true);
  const start = startOfCommand(args, verb.options);
  const ours = parse(verb, args.slice(0, start), false);
  return { options: ours.options, operands: args.slice(args[start] === '--' ? start + 1 : start) };
}

function parse(verb: Verb, args: readonly string[], allowPositionals: boolean): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...verb.options, help: { type: 'boolean' } },
      allowPositionals,
      strict: true,
    });
    return { options: values, operands: positionals };
  } catch (error) {
    throw new UsageError(`${firstSentence(error)}; see cleanmiss ${verb.name} --help`);
  }
}

/** As `env` and `timeout` do: the first word that is neither an option nor an option's value begins the command. */
function startOfCommand(args: readonly string[], options: OptionSpecs): number {
  let at = 0;
  while (at < args.length) {
    const arg = args[at]!;
    if (arg === '--' || !arg.startsWith('-')) return at;
    at += options[arg.slice(2)]?.type === 'string' ? 2 : 1;
  }
  return args.length;
}

function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Nothing of a URL is repeated: it may hold a password.
  if (message.includes('://')) return 'a URL stands where an option is expected';
  return message.split(/\.(?:\s|$)|\n/)[0]!;
}
