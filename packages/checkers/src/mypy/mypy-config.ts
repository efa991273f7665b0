import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Invocation } from '../checker-profile.js';
import { iniSettings, tomlSettings, type Setting } from './config-settings.js';

export interface MypyConfig {
  readonly file: string;
  readonly settings: readonly Setting[];
}

export interface ConfigSearch extends Pick<Invocation, 'cwd' | 'env'> {
  /** The value of `--config-file`; an empty one asks for none. */
  readonly named: string | undefined;
  /** From 1.15 on, mypy looks in the folders above as well, up to the repository's top. */
  readonly looksAbove: boolean;
}

/** The configuration file that mypy would read. */
export function readMypyConfig(search: ConfigSearch): MypyConfig | undefined {
  const { cwd, named } = search;
  if (named === '') return undefined;
  if (named !== undefined) return readConfig(resolve(cwd, named));
  for (const file of [...projectFiles(search), ...userFiles(search)]) {
    const config = readConfig(file);
    if (config) return config;
  }
  return undefined;
}

const ownNames = ['mypy.ini', '.mypy.ini'];
const sharedNames = ['pyproject.toml', 'setup.cfg'];

function readConfig(file: string): MypyConfig | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const settings = /\.toml$/i.test(file) ? tomlSettings(text) : iniSettings(text);
  if (!settings && sharedNames.includes(basename(file))) return undefined;
  return { file, settings: settings ?? [] };
}

function projectFiles({ cwd, looksAbove }: ConfigSearch): readonly string[] {
  const folders = looksAbove ? foldersUpToTop(cwd) : [cwd];
  return folders.flatMap((folder) => [...ownNames, ...sharedNames].map((name) => join(folder, name)));
}

function foldersUpToTop(folder: string): readonly string[] {
  const isTop = ['.git', '.hg'].some((name) => existsSync(join(folder, name)));
  const parent = dirname(folder);
  return isTop || parent === folder ? [folder] : [folder, ...foldersUpToTop(parent)];
}

function userFiles({ env }: ConfigSearch): readonly string[] {
  const home = env['HOME'] ?? env['USERPROFILE'];
  const xdg = env['XDG_CONFIG_HOME'];
  return [
    ...(xdg ? [join(xdg, 'mypy', 'config')] : []),
    ...(home ? [join(home, '.config', 'mypy', 'config'), join(home, '.mypy.ini')] : []),
  ];
}
