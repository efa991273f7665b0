import { execFileSync } from 'node:child_process';
import { lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cleanmissCommand } from './cleanmiss.js';
import { findTools, type MypyInstall } from './tools.js';

/** Somebody whom this system need not know. */
export interface OtherUser {
  readonly uid: number;
  readonly gid: number;
  /** Starts the command after it as that user. */
  readonly under: readonly string[];
}

export function otherUser(uid: number, gid: number): OtherUser {
  return { uid, gid, under: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'] };
}

/** The mypy that a user may start; why none, and cleanmiss neither, where that is so. */
export function mypyFor({ under }: OtherUser): MypyInstall | string {
  if (process.getuid?.() !== 0) return 'to be another user wants root';
  const trouble = whyNot([...under, ...cleanmissCommand, '--version']);
  if (trouble !== undefined) return trouble;
  const { mypy, otherMypy } = findTools();
  const found = [mypy, otherMypy].find(
    ({ command }) => whyNot([...under, command, '--version']) === undefined,
  );
  return found ?? 'another user may not start any mypy here';
}

/** Hands a folder and all that is in it to a user. */
export function giveTo({ uid, gid }: OtherUser, folder: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const path of ['.', ...paths]) lchownSync(join(folder, path), uid, gid);
}

function whyNot([program = '', ...args]: readonly string[]): string | undefined {
  try {
    // Through a shell: what starts it may see files (with the rights that a changed user still has until it starts another) that it may not.
    execFileSync('sh', ['-c', '"$0" "$@"', program, ...args], { stdio: 'ignore', cwd: '/' });
    return undefined;
  } catch (error) {
    return `another user may not start ${args.at(-2) ?? program} here: ${(error as Error).message}`;
  }
}
