import { join } from 'node:path';
import { readText, type GitDirectory } from './git-directory.js';

export function isCommit(text: string | undefined): text is string {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** What stands at the ref: a hash, or `ref: ` and another ref. `undefined` where it is not there. */
export function readRef({ commonDir }: GitDirectory, name: string): string | undefined {
  return readText(join(commonDir, name))?.trim() ?? readPackedRef(commonDir, name);
}

/** The name after `ref: `, where that is one that git would write: it becomes part of a path. */
export function symbolicRefIn(text: string): string | undefined {
  const [, name] = /^ref: (refs\/\S+)$/.exec(text) ?? [];
  return name?.split('/').every(isSafePart) ? name : undefined;
}

/** Follows symbolic refs, as many as git does. */
export function commitAt(git: GitDirectory, name: string, depth = 5): string | undefined {
  const text = readRef(git, name);
  if (text === undefined || isCommit(text)) return text;
  const next = symbolicRefIn(text);
  return next === undefined || depth === 0 ? undefined : commitAt(git, next, depth - 1);
}

function isSafePart(part: string): boolean {
  return part !== '' && !part.startsWith('.');
}

/** One line per ref, the hash first. The file may hold tens of thousands. */
function readPackedRef(commonDir: string, name: string): string | undefined {
  const text = readText(join(commonDir, 'packed-refs')) ?? '';
  const end = text.indexOf(` ${name}\n`);
  return end < 0 ? undefined : text.slice(text.lastIndexOf('\n', end) + 1, end);
}
