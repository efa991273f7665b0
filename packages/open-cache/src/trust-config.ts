import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import {
  CacheError,
  isJsonObject,
  isPlaceName,
  signerOf,
  verifierOf,
  type Json,
  type JsonObject,
} from '@cleanmiss/core';

/** Whose metas are believed, in tiers that others share. */
export interface TrustConfig {
  /** One who has signed with the private part of any of these is believed. Empty: everybody is, signed or not. */
  readonly publicKeys: readonly string[];
  /** Scopes in which nothing has to be signed, such as `pr-*`. */
  readonly unsignedScopes: readonly string[];
  /** With this what we put is signed. Never shown. */
  readonly privateKey: { readonly text: string; readonly source: string } | undefined;
}

export const noTrustConfig: TrustConfig = { publicKeys: [], unsignedScopes: [], privateKey: undefined };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file's `trust`, or the environment's `CLEANMISS_PUBLIC_KEYS` and `CLEANMISS_UNSIGNED_SCOPES` in place of all of it; from the
 * environment alone `CLEANMISS_PRIVATE_KEY` or `CLEANMISS_PRIVATE_KEY_FILE`.
 * @throws {CacheError} `ERR_CONFIG`, which repeats no key
 */
export function parseTrust(
  member: Json | undefined,
  path: string,
  env: Environment,
  cwd: string,
): TrustConfig {
  const file = member === undefined ? {} : objectOf(member, path);
  const listed = keysIn(env);
  const publicKeys = listed.length > 0 ? listed : textsOf(file, 'publicKeys', path);
  // Whoever says whom he trusts, and names nobody, has not meant everybody.
  if (member !== undefined && publicKeys.length === 0)
    throw problem(`"trust" in ${path}`, 'it names no "publicKeys", so that nothing would be verified');
  const source = listed.length > 0 ? 'CLEANMISS_PUBLIC_KEYS' : `"trust.publicKeys" in ${path}`;
  verifierOf(publicKeys, source);
  const privateKey = privateKeyOf(env, cwd);
  if (privateKey) signerOf(privateKey.text, privateKey.source);
  // Whoever says in his environment whom he trusts does not have a branch that he has checked out say where that holds.
  const unsignedScopes =
    listed.length > 0 ? wordsOf(env['CLEANMISS_UNSIGNED_SCOPES']) : textsOf(file, 'unsignedScopes', path);
  return { publicKeys, unsignedScopes, privateKey };
}

/** A variable that is set and empty is one that a CI system did not have: without it nothing would be verified, and nobody told. */
function keysIn(env: Environment): readonly string[] {
  const keys = wordsOf(env['CLEANMISS_PUBLIC_KEYS']);
  if (keys.length === 0 && env['CLEANMISS_PUBLIC_KEYS'] !== undefined)
    throw problem('CLEANMISS_PUBLIC_KEYS', 'it is set, and holds no key; unset it, or set it');
  if (keys.length === 0 && wordsOf(env['CLEANMISS_UNSIGNED_SCOPES']).length > 0)
    throw problem('CLEANMISS_UNSIGNED_SCOPES', 'it holds only beside CLEANMISS_PUBLIC_KEYS');
  return keys;
}

/**
 * A signed scope must not look into an unsigned one: what it finds there it would sign.
 * @throws {CacheError} `ERR_CONFIG`
 */
export function refuseLooserScopes(scopes: readonly string[], trust: TrustConfig): void {
  if (trust.publicKeys.length === 0) return;
  const signed = scopes.findIndex((scope) => !isUnsigned(scope, trust));
  const looser = scopes.find((scope, i) => signed >= 0 && i > signed && isUnsigned(scope, trust));
  if (looser === undefined) return;
  throw problem(
    `scopes ${scopes.join(' ')}`,
    `${looser} is unsigned, and stands after ${scopes[signed]!}, which is not: what is trusted more comes later`,
  );
}

/** Does a pattern, maybe with a star at its end, mean this scope? */
export function isUnsigned(scope: string | undefined, { unsignedScopes }: TrustConfig): boolean {
  if (scope === undefined) return false;
  return unsignedScopes.some((pattern) =>
    pattern.endsWith('*') ? scope.startsWith(pattern.slice(0, -1)) : scope === pattern,
  );
}

/** `scopes` in the file, `CLEANMISS_SCOPES` in the environment: our own first, then those that are more trusted. */
export function parseScopes(member: Json | undefined, path: string, env: Environment): readonly string[] {
  const words = wordsOf(env['CLEANMISS_SCOPES']);
  const source = words.length > 0 ? 'CLEANMISS_SCOPES' : `"scopes" in ${path}`;
  const scopes = words.length > 0 ? words : textsOf({ scopes: member ?? [] }, 'scopes', path);
  for (const scope of scopes) {
    if (!isPlaceName(scope))
      throw problem(
        source,
        `${JSON.stringify(scope)} is no scope: letters, digits, dots, underscores, slashes, hyphens`,
      );
  }
  if (new Set(scopes).size < scopes.length) throw problem(source, 'a scope stands there twice');
  return scopes;
}

/** The text, or the file that holds it: what is set to nothing, as CI systems do for a secret that a job may not have, says nothing. */
function privateKeyOf(env: Environment, cwd: string): TrustConfig['privateKey'] {
  const text = env['CLEANMISS_PRIVATE_KEY'];
  if (text) return { text, source: 'CLEANMISS_PRIVATE_KEY' };
  const name = env['CLEANMISS_PRIVATE_KEY_FILE'];
  if (!name) return undefined;
  const file = isAbsolute(name) ? name : resolve(cwd, name);
  try {
    return { text: readFileSync(file, 'utf8'), source: `CLEANMISS_PRIVATE_KEY_FILE (${file})` };
  } catch (error) {
    throw new CacheError('ERR_CONFIG', `CLEANMISS_PRIVATE_KEY_FILE: ${file} cannot be read`, {
      cause: error,
    });
  }
}

const members: ReadonlySet<string> = new Set(['publicKeys', 'unsignedScopes']);

function objectOf(member: Json, path: string): JsonObject {
  if (!isJsonObject(member)) throw problem(`"trust" in ${path}`, 'it is no object with "publicKeys"');
  const unknown = Object.keys(member).find((name) => !members.has(name));
  if (unknown === undefined) return member;
  const secret = /private/i.test(unknown) ? '; a private key does not belong into this file' : '';
  throw problem(
    `"trust" in ${path}`,
    `it has a member "${unknown}"; known are ${[...members].join(', ')}${secret}`,
  );
}

function textsOf(document: JsonObject, name: string, path: string): readonly string[] {
  const value = document[name] ?? [];
  const list: readonly Json[] = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === 'string' && item !== '')) return list as readonly string[];
  throw problem(`"${name}" in ${path}`, 'it must be a text, or an array of texts');
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/[\s,]+/).filter(Boolean);
}

function problem(source: string, what: string): CacheError {
  return new CacheError('ERR_CONFIG', `${source}: ${what}`);
}
