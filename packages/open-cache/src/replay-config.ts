import { CacheError, isJsonObject, strayPattern, type Json, type JsonObject } from '@cleanmiss/core';

/** When a check of one checker may be answered from the store, without the checker: see docs/replay.md. */
export interface ReplayRule {
  /** Patterns of all files that the answer depends on, from the project root. */
  readonly inputs: readonly string[];
  /** Names of the variables that it depends on. */
  readonly environment: readonly string[];
  /** Only answers with these are kept. Default: 0 and 1. */
  readonly exitCodes: readonly number[];
}

/** By checker. */
export type ReplayConfig = ReadonlyMap<string, ReplayRule>;

/** @throws {CacheError} `ERR_CONFIG` */
export function parseReplay(member: JsonObject, path: string): ReplayConfig {
  return new Map(
    Object.entries(member).map(([name, value]) => [name, parseRule(value, `"replay.${name}`, path)]),
  );
}

const known = ['inputs', 'environment', 'exitCodes'];

function parseRule(value: Json, place: string, path: string): ReplayRule {
  const invalid = (member: string, words: string) =>
    new CacheError('ERR_CONFIG', `${place}${member}" in ${path} ${words}`);
  if (!isJsonObject(value)) throw invalid('', 'must be an object');
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid('', `has a member "${unknown}"; known are ${known.join(', ')}`);
  const { exitCodes = [0, 1] } = value;
  const [inputs, environment] = [asList(value['inputs']), asList(value['environment'])];
  if (!isTexts(inputs) || inputs.every((pattern) => pattern.startsWith('!')))
    throw invalid(
      '.inputs',
      'must be a list of patterns, all files that the answer depends on: "src/**/*.ts"',
    );
  const stray = strayPattern(inputs);
  if (stray !== undefined) throw invalid('.inputs', `has a pattern that leads out of the project: ${stray}`);
  if (!isTexts(environment)) throw invalid('.environment', 'must be a list of names of variables');
  if (!isCodes(exitCodes)) throw invalid('.exitCodes', 'must be a list of exit codes from 0 to 255');
  return { inputs, environment, exitCodes };
}

/** A single text stands for a list of one. */
function asList(value: Json = []): Json {
  return typeof value === 'string' ? [value] : value;
}

function isTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

function isCodes(value: Json): value is readonly number[] {
  const isCode = (code: unknown) =>
    typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255;
  return Array.isArray(value) && value.length > 0 && value.every(isCode);
}
