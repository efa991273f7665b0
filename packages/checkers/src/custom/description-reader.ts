import { CacheError, isJsonObject, type Json, type JsonObject } from '@cleanmiss/core';

/** Reads the members of one object of a configuration, and names what is wrong with them by its place in the file. */
export class DescriptionReader {
  readonly #members: JsonObject;
  readonly #place: string;
  readonly #path: string;

  /** `place`: as in `checkers.depcruise.state`; `path`: the file. */
  constructor(value: Json, place: string, path: string, known: readonly string[]) {
    this.#place = place;
    this.#path = path;
    if (!isJsonObject(value)) throw this.#invalid('', 'must be an object');
    this.#members = value;
    const unknown = Object.keys(value).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw this.#invalid('', `has a member "${unknown}"; known are ${known.join(', ')}`);
  }

  /** A member that is an object itself; an empty one where it is left out. */
  within(name: string, known: readonly string[]): DescriptionReader {
    const place = `${this.#place}.${name}`;
    return new DescriptionReader(this.#members[name] ?? {}, place, this.#path, known);
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#members[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw this.#invalid(name, 'must be a text that is not empty');
  }

  flag(name: string, standard: boolean): boolean {
    const value = this.#members[name] ?? standard;
    if (typeof value === 'boolean') return value;
    throw this.#invalid(name, 'must be true or false');
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.#members[name];
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined || value === undefined) return chosen;
    throw this.#invalid(name, `must be ${choices.join(' or ')}`);
  }

  /** A single text stands for a list of one. */
  texts(name: string): readonly string[] {
    const value = this.#members[name] ?? [];
    const list: readonly Json[] = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [null];
    if (list.every((item): item is string => typeof item === 'string' && item !== '')) return list;
    throw this.#invalid(name, 'must be a text or a list of texts, none of them empty');
  }

  textsByName(name: string): Readonly<Record<string, string>> {
    const value = this.#members[name] ?? {};
    if (isJsonObject(value) && Object.values(value).every((item) => typeof item === 'string'))
      return value as Readonly<Record<string, string>>;
    throw this.#invalid(name, 'must be an object of texts');
  }

  /** Exit codes, or `all`. */
  codes(name: string, standard: readonly number[]): readonly number[] | 'all' {
    const value = this.#members[name] ?? standard;
    if (value === 'all') return value;
    const isCode = (code: Json): code is number =>
      typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255;
    if (Array.isArray(value) && (value as readonly Json[]).every(isCode)) return value as readonly number[];
    throw this.#invalid(name, 'must be a list of exit codes from 0 to 255, or all');
  }

  fail(name: string, words: string): CacheError {
    return this.#invalid(name, words);
  }

  #invalid(name: string, words: string): CacheError {
    const place = name === '' ? this.#place : `${this.#place}.${name}`;
    return new CacheError('ERR_CONFIG', `"${place}" in ${this.#path} ${words}`);
  }
}
