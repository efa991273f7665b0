import { join } from 'node:path';
import type { JsonObject } from '@cleanmiss/core';
import type { Invocation } from '../checker-profile.js';
import { digestOfConfigs, findConfigFiles } from '../npm/config-files.js';
import { installedAround } from '../npm/installed-packages.js';
import { parseNpmCommand, type NpmCommand } from '../npm/npm-command.js';
import { findNpmPackage, foldersFrom, readJsonFile } from '../npm/npm-package.js';

/** What checks: TypeScript itself, or vue-tsc, which leads TypeScript through the files of Vue. */
export interface TscTool {
  /** Of TypeScript. */
  readonly version: string;
  /** What else shapes a state and its answers. */
  readonly context: JsonObject;
  readonly isVue: boolean;
}

export interface TscCommand {
  readonly npm: NpmCommand;
  readonly isVue: boolean;
}

export function parseTscCommand(command: readonly string[]): TscCommand | undefined {
  const npm = parseNpmCommand(command, 'tsc', 'typescript');
  if (npm) return { npm, isVue: false };
  const vue = parseNpmCommand(command, 'vue-tsc');
  return vue && { npm: vue, isVue: true };
}

export function findTscTool(
  { npm, isVue }: TscCommand,
  invocation: Invocation,
): TscTool | { readonly why: string } {
  if (isVue) return findVueTsc(npm, invocation);
  const installed = findNpmPackage(npm, 'tsc', invocation, 'typescript');
  return 'why' in installed ? installed : { version: installed.version, context: {}, isVue };
}

/**
 * vue-tsc has TypeScript keep the hash of each `.vue` file as it is, so a changed template or script is found out like any other source (seen
 * with 3.3). What it makes of them depends on its own version and on `vueCompilerOptions`, of which TypeScript keeps nothing.
 */
function findVueTsc(npm: NpmCommand, invocation: Invocation): TscTool | { readonly why: string } {
  const { cwd, root } = invocation;
  const vue = findNpmPackage(npm, 'vue-tsc', invocation);
  if ('why' in vue) return vue;
  const typescript = versionBeside(vue.directory, 'typescript');
  if (typescript === undefined) return { why: 'the TypeScript that vue-tsc uses cannot be found' };
  const configs = findConfigFiles({ root, names: /^[jt]sconfig.*\.json$/, members: [], named: [] });
  if (configs.some(({ text }) => text.includes('"vueCompilerOptions"') && text.includes('"plugins"')))
    return { why: 'plugins of the compiler of Vue may read anything' };
  const context = {
    vueTsc: vue.version,
    languageCore: versionBeside(vue.directory, join('@vue', 'language-core')) ?? null,
    configs: digestOfConfigs(configs, root),
    installed: installedAround({ cwd, root, tool: vue.directory }),
  };
  return { version: typescript, context, isVue: true };
}

/** As Node finds a package from within another one. */
function versionBeside(directory: string, name: string): string | undefined {
  for (const folder of foldersFrom(directory)) {
    const version = readJsonFile(join(folder, 'node_modules', name, 'package.json'))?.['version'];
    if (typeof version === 'string') return version;
  }
  return undefined;
}
