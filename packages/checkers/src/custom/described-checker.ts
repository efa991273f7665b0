import { strayPattern, type Json, type JsonObject } from '@cleanmiss/core';
import { DescriptionReader } from './description-reader.js';

/** In arguments and variables: where the state is to be kept. */
export const statePlaceholder = '{state}';

/** A checker that a configuration describes: see docs/checkers/custom.md. */
export interface DescribedChecker {
  readonly name: string;
  /** The words that start it, without those of `npx` and the like. */
  readonly command: readonly string[];
  /** What tells its version: the package of npm that brings it, or a command that prints it. */
  readonly version: { readonly npm: string } | { readonly command: readonly string[] };
  /** Behind the words that start it, and added to its environment; `{state}` in them is the folder of the state. */
  readonly redirect: Redirect;
  /** The same where there is no folder to be had. */
  readonly stateless: Redirect;
  /** Options of the user's with which the command is run as it is. */
  readonly declines: readonly string[];
  readonly context: {
    /** Patterns of files, from the project root, whose content decides on what a state is worth. */
    readonly files: readonly string[];
    /** Names of variables. */
    readonly environment: readonly string[];
  };
  readonly state: {
    /** Patterns of the files that are kept, from the folder of the state. */
    readonly files: readonly string[];
    /** `whole`: its files are only valid together. `file`: each by itself. */
    readonly units: 'whole' | 'file';
    readonly keepsTimes: boolean;
    /** Is it true at another path? */
    readonly portable: boolean;
  };
  readonly exitCodes: {
    readonly publish: readonly number[] | 'all';
    readonly crash: readonly number[];
  };
  /** All of the above, as it was written: with another description, a state is another one. */
  readonly written: JsonObject;
}

export interface Redirect {
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * @param path of the configuration
 * @throws {CacheError} `ERR_CONFIG`
 */
export function parseDescribedChecker(name: string, value: Json, path: string): DescribedChecker {
  const place = `checkers.${name}`;
  const reader = new DescriptionReader(value, place, path, [
    'command',
    'version',
    'arguments',
    'environment',
    'stateless',
    'declines',
    'context',
    'state',
    'exitCodes',
  ]);
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    throw reader.fail('', 'has no name of small letters, digits and hyphens');
  const redirect = redirectOf(reader);
  if (!JSON.stringify(redirect).includes(statePlaceholder))
    throw reader.fail('', `names ${statePlaceholder} neither in "arguments" nor in "environment"`);
  const command = reader.texts('command');
  const context = reader.within('context', ['files', 'environment']);
  return {
    name,
    command: command.length > 0 ? command : [name],
    version: versionOf(reader),
    redirect,
    stateless: redirectOf(reader.within('stateless', ['arguments', 'environment'])),
    declines: reader.texts('declines'),
    context: { files: patternsOf(context, 'files'), environment: context.texts('environment') },
    state: stateOf(reader.within('state', ['files', 'units', 'keepsTimes', 'portable'])),
    exitCodes: exitCodesOf(reader.within('exitCodes', ['publish', 'crash'])),
    written: value as JsonObject,
  };
}

/** Patterns of a configuration lead nowhere but into the project. */
function patternsOf(reader: DescriptionReader, name: string): readonly string[] {
  const patterns = reader.texts(name);
  const stray = strayPattern(patterns);
  if (stray === undefined) return patterns;
  throw reader.fail(name, `has a pattern that leads out of the project: ${stray}`);
}

function redirectOf(reader: DescriptionReader): Redirect {
  return { arguments: reader.texts('arguments'), environment: reader.textsByName('environment') };
}

function versionOf(reader: DescriptionReader): DescribedChecker['version'] {
  const version = reader.within('version', ['npm', 'command']);
  const npm = version.text('npm');
  const command = version.texts('command');
  if (npm !== undefined && command.length === 0) return { npm };
  if (npm === undefined && command.length > 0) return { command };
  throw reader.fail(
    'version',
    'must say either of "npm", the package that brings the checker, or "command", which prints its version',
  );
}

function stateOf(reader: DescriptionReader): DescribedChecker['state'] {
  const files = patternsOf(reader, 'files');
  return {
    files: files.length > 0 ? files : ['**'],
    units: reader.choice('units', ['whole', 'file']) ?? 'whole',
    keepsTimes: reader.flag('keepsTimes', false),
    portable: reader.flag('portable', true),
  };
}

function exitCodesOf(reader: DescriptionReader): DescribedChecker['exitCodes'] {
  const publish = reader.codes('publish', [0, 1]);
  const crash = reader.codes('crash', []);
  if (crash === 'all') throw reader.fail('crash', 'cannot be all');
  const both = publish === 'all' ? undefined : crash.find((code) => publish.includes(code));
  if (both !== undefined) throw reader.fail('crash', `has ${String(both)}, as "publish" has`);
  return { publish, crash };
}
