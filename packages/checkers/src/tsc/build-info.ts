import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseJson, type Json } from '@cleanmiss/core';

/** In the state: what travels, and what `tsc` reads and writes. */
export const sharedPath = 'tsc/shared.json';
export const localPath = 'tsc/local.tsbuildinfo';

/** In place of the project root, within a string of the shared file: `tsc` writes no such character. */
const rootToken = '\\u0000root\\u0000';

/**
 * Makes what `tsc` reads of what has travelled; never of what it has left itself, which a kill may have cut short. Answers
 * whether there is anything.
 */
export function writeLocal(stateDir: string, root: string, emits: boolean): boolean {
  const shared = readText(join(stateDir, sharedPath));
  rmSync(join(stateDir, localPath), { force: true });
  mkdirSync(join(stateDir, 'tsc'), { recursive: true, mode: 0o700 });
  if (shared === undefined) return false;
  const here = shared.replaceAll(rootToken, () => inJson(root));
  const local = emits ? withAllPending(here) : here;
  if (local === undefined) return false;
  writeFileSync(join(stateDir, localPath), local);
  return true;
}

/**
 * A state says of the files that it was made with that all their output is written. Of a fresh checkout that is not true, nor of one in which somebody
 * has removed or edited some. So it is made to say that none is: `tsc` checks what has changed, and writes everything.
 */
function withAllPending(local: string): string | undefined {
  const document = parseJson(local);
  if (!isJsonObject(document) || !Array.isArray(document['fileNames'])) return undefined;
  const names = document['fileNames'] as readonly Json[];
  const pending = names.flatMap((name, i) => (isDeclaration(name) ? [] : [i + 1]));
  return JSON.stringify({ ...document, affectedFilesPendingEmit: pending });
}

function isDeclaration(name: Json): boolean {
  return typeof name !== 'string' || /\.d\.[cm]?ts$/.test(name);
}

/** The way back. What holds for this machine alone is not kept. */
export function writeShared(stateDir: string, root: string): void {
  const path = join(stateDir, sharedPath);
  const local = readText(join(stateDir, localPath));
  const shared = local === undefined ? undefined : toShared(local, root);
  if (shared === undefined) rmSync(path, { force: true });
  else if (shared !== readText(path)) replaceFile(path, shared);
}

/** `undefined` where it cannot be made true elsewhere: damage, or an error that names a file outside the project. */
export function toShared(local: string, root: string): string | undefined {
  const document = parseJson(local);
  if (!isJsonObject(document) || local.includes(rootToken)) return undefined;
  const shared = withoutRoot(local, root);
  const told = parseJson(shared) as Readonly<Record<string, Json>>;
  const errors = [told['semanticDiagnosticsPerFile'], told['emitDiagnosticsPerFile'], told['errors']];
  return errors.some(namesForeignFile) ? undefined : shared;
}

/** Names of files are relative to the file itself, which lies equally deep in every checkout; errors name some in full. */
function withoutRoot(text: string, root: string): string {
  const name = inJson(root.replaceAll('\\', '/'));
  const pattern = new RegExp(`${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?=[/'"\\\\])`, 'g');
  return text.replaceAll(pattern, () => rootToken);
}

/** An absolute path within quotes, of two steps or more. A text of the user's that looks like one costs no more than its state. */
const foreign = /(?:^|['"\s(])(?:\/[^/'"\s]+\/|[A-Za-z]:[\\/])/;

function namesForeignFile(value: Json | undefined): boolean {
  if (typeof value === 'string') return foreign.test(value);
  if (Array.isArray(value)) return value.some(namesForeignFile);
  return isJsonObject(value) && Object.values(value).some(namesForeignFile);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  writeFileSync(temporary, text, { flag: 'wx' });
  renameSync(temporary, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
