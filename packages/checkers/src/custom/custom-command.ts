import { basename } from 'node:path';
import { parseNpmCommand, type NpmCommand } from '../npm/npm-command.js';
import type { DescribedChecker } from './described-checker.js';

/** A command that starts a described checker, in its parts. */
export interface CustomCommand {
  /** Up to and including the last word that starts it. */
  readonly start: readonly string[];
  readonly args: readonly string[];
  /** How it came to be found, where it is from npm. */
  readonly npm: NpmCommand | undefined;
}

/** `undefined` for a command that does not start it itself. */
export function parseCustomCommand(
  words: readonly string[],
  { command, version }: Pick<DescribedChecker, 'command' | 'version'>,
): CustomCommand | undefined {
  const [tool, ...subcommand] = command as [string, ...string[]];
  if ('npm' in version) {
    const npm = parseNpmCommand(words, tool, version.npm);
    return npm && withSubcommand(npm.start, npm.args, subcommand, npm);
  }
  const [program = '', ...rest] = words;
  return isCalled(program, tool) ? withSubcommand([program], rest, subcommand, undefined) : undefined;
}

function withSubcommand(
  start: readonly string[],
  rest: readonly string[],
  subcommand: readonly string[],
  npm: NpmCommand | undefined,
): CustomCommand | undefined {
  if (!subcommand.every((word, i) => rest[i] === word)) return undefined;
  return { start: [...start, ...subcommand], args: rest.slice(subcommand.length), npm };
}

function isCalled(word: string, tool: string): boolean {
  const program = basename(word.replaceAll('\\', '/'));
  return program === tool || program.toLowerCase() === `${tool.toLowerCase()}.exe`;
}
