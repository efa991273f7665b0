import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MypyInstall } from './tools.js';

/** A change of one file of the mypy package. */
export interface MypyEdit {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

/** Keeps the moment between reading a module's meta and reading its data open for so long. */
export function sleepBeforeData(seconds: number): MypyEdit {
  return {
    file: 'build.py',
    from: /^( +)def load_tree\(self.*:\n/m,
    to: `$&$1    __import__("time").sleep(${String(seconds)})\n`,
  };
}

/** As when a release renames what it serialises: neither reads the other's data files. */
export const renamedField: MypyEdit = { file: 'nodes.py', from: /"fullname"/g, to: '"full_name"' };

/**
 * Makes a mypy of another version in `directory` (`bin/mypy`, `lib/mypy`): the sources of an installed one without
 * what mypyc compiled, so that edits take effect. It runs on the same interpreter, which has what mypy depends on,
 * and takes about four times as long.
 */
export function copyMypy(
  original: MypyInstall,
  directory: string,
  versionSuffix: string,
  edits: readonly MypyEdit[] = [],
): MypyInstall {
  const packageDirectory = join(directory, 'lib', 'mypy');
  const version = `${original.version}+${versionSuffix}`;
  cpSync(original.packageDirectory, packageDirectory, { recursive: true, filter: isSource });
  const renamed: MypyEdit = {
    file: 'version.py',
    from: /__version__ = ".*"/,
    to: `__version__ = "${version}"`,
  };
  for (const edit of [renamed, ...edits]) applyEdit(packageDirectory, edit);
  const command = writeCommand(directory, original.python);
  return { command, version, python: original.python, packageDirectory, compiled: false };
}

/**
 * The pair of the race: the sleeping one reads a meta, the other one replaces meta and data, the sleeping one reads
 * data that it does not understand, and dies. `flags`: see `jsonFlagsOf`.
 */
export function makeRacingPair(
  original: MypyInstall,
  directory: string,
): { sleeping: MypyInstall; renaming: MypyInstall; flags: readonly string[] } {
  return {
    sleeping: copyMypy(original, join(directory, 'sleeping'), 'sleeping', [sleepBeforeData(0.2)]),
    renaming: copyMypy(original, join(directory, 'renaming'), 'renaming', [renamedField]),
    flags: jsonFlagsOf(original),
  };
}

/** The copy under `directory`, made on first use; safe in several processes at once. */
export function copyMypyOnce(original: MypyInstall, directory: string): MypyInstall {
  const place = join(directory, original.version);
  const record = join(place, 'install.json');
  if (!existsSync(record)) makeAside(original, place);
  return JSON.parse(readFileSync(record, 'utf8')) as MypyInstall;
}

function makeAside(original: MypyInstall, place: string): void {
  mkdirSync(dirname(place), { recursive: true });
  const aside = mkdtempSync(`${place}-`);
  const made = copyMypy(original, aside, 'copy');
  const [command, packageDirectory] = [made.command, made.packageDirectory].map((path) =>
    path.replace(aside, place),
  );
  writeFileSync(join(aside, 'install.json'), JSON.stringify({ ...made, command, packageDirectory }));
  try {
    renameSync(aside, place);
  } catch (error) {
    // Another process was first; its copy is as good.
    if (!existsSync(join(place, 'install.json'))) throw error;
    rmSync(aside, { recursive: true });
  }
}

function isSource(path: string): boolean {
  return !path.endsWith('.so') && !path.endsWith('__pycache__');
}

function applyEdit(packageDirectory: string, { file, from, to }: MypyEdit): void {
  const path = join(packageDirectory, file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(from, to);
  if (after === before)
    throw new Error(`${path} holds nothing like ${String(from)}: this mypy needs another edit`);
  writeFileSync(path, after);
}

/** Finds its library by its own place, so that the folder can be moved; first, so that no installed mypy is taken. */
function writeCommand(directory: string, python: string): string {
  const command = join(directory, 'bin', 'mypy');
  mkdirSync(dirname(command), { recursive: true });
  const lines = [
    `#!${python}`,
    'import os, sys',
    'here = os.path.dirname(os.path.realpath(__file__))',
    'sys.path.insert(0, os.path.join(os.path.dirname(here), "lib"))',
    'from mypy.__main__ import console_entry',
    'sys.exit(console_entry())',
  ];
  writeFileSync(command, `${lines.join('\n')}\n`);
  chmodSync(command, 0o755);
  return command;
}

/** What makes it keep its state in JSON files. */
export function jsonFlagsOf({ version }: MypyInstall): readonly string[] {
  return keepsJsonFiles(version) ? [] : ['--no-sqlite-cache', '--no-fixed-format-cache'];
}

/** Up to 1.19; 1.20 moved to a database of another format. */
function keepsJsonFiles(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 1 || (major === 1 && minor < 20);
}
