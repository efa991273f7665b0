import { relative, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { JsonObject } from '@cleanmiss/core';
import type { CheckerExit, ExitMeaning, Invocation, SlotRun } from '../checker-profile.js';
import { CleanFilesState, cleanFilePaths, type CleanFilesOptions } from '../entry-cache/clean-files.js';
import { SharedFileLayout } from '../entry-cache/shared-file-layout.js';
import { portablePath } from '../portable-path.js';
import { digestOfConfigs, type ConfigFile } from './config-files.js';
import { installedAround } from './installed-packages.js';
import type { NodeProgram } from './node-version.js';
import type { NpmCommand } from './npm-command.js';
import type { NpmPackage } from './npm-package.js';
import { wordsWithout, type ToolOptions, type ToolWords } from './tool-words.js';

export interface CleanFilesPlan {
  readonly command: NpmCommand;
  /** Its place with links resolved. */
  readonly invocation: Invocation;
  readonly tool: NpmPackage;
  readonly node: NodeProgram;
  readonly words: ToolWords;
  readonly known: ToolOptions;
  readonly replaced: ReadonlySet<string>;
  readonly withoutTrace: ReadonlySet<string>;
  readonly configs: readonly ConfigFile[];
  readonly state: Omit<CleanFilesOptions, 'root'>;
  /** Ours, before the user's own words. */
  optionsFor(ignoreFile: string): readonly string[];
  /** And behind them, as targets. */
  readonly targets: readonly string[];
  meaningOf(exit: CheckerExit): ExitMeaning;
  /** Was something said of the file (absolute) on standard error? */
  isNamed(path: string, said: string): boolean;
}

/** With one of these, a checker does more than to check. */
const writing: readonly string[] = ['--fix', '--write', '--output-file'];

/** Raised when the states of one cleanmiss would not do for the next. */
const profileFormat = 1;

/** A checker that keeps which files are in order, on a slot. */
export function planCleanFiles(plan: CleanFilesPlan): SlotRun {
  const { command, invocation, tool, words, state: options } = plan;
  let said = '';
  const state = new CleanFilesState({
    ...options,
    root: invocation.root,
    cleanIn: (cacheFile) => options.cleanIn(cacheFile).filter((path) => !plan.isNamed(path, said)),
  });
  const { checker } = options;
  const own = wordsWithout(command.args, plan.known, plan.replaced);
  const end = own.indexOf('--');
  const at = end < 0 ? own.length : end;
  return {
    kind: 'slot-run',
    version: tool.version,
    context: contextOf(plan),
    layout: new SharedFileLayout(checker),
    direct(stateDir) {
      const { cache, ignore } = cleanFilePaths(stateDir, checker);
      const keep = ['--cache', '--cache-strategy', 'content', '--cache-location', cache];
      const words = [
        ...keep,
        ...plan.optionsFor(ignore),
        ...own.slice(0, at),
        ...plan.targets,
        ...own.slice(at),
      ];
      return { command: [...command.start, ...words], env: {} };
    },
    stateless: () => ({
      command: [...command.start, ...own.slice(0, at), ...plan.targets, ...own.slice(at)],
      env: {},
    }),
    enter: (stateDir) => state.enter(stateDir),
    leave: (stateDir) => state.leave(stateDir),
    watchStderr: true,
    writesFiles: words.options.some(({ name }) => writing.includes(name)),
    // Node warns where it is asked for both.
    ttyEnv: invocation.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {},
    learnsFromStderr: true,
    meaningOf(exit) {
      said = stripVTControlCharacters(exit.stderrTail);
      return plan.meaningOf({ ...exit, stderrTail: said });
    },
  };

  function contextOf({ node, configs, state: { looksAround }, withoutTrace }: CleanFilesPlan): JsonObject {
    const { cwd, root, env } = invocation;
    const shaping = words.options.filter(({ name }) => !withoutTrace.has(name));
    const variables = ['NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'BROWSERSLIST', 'BROWSERSLIST_ENV'];
    return {
      profile: profileFormat,
      [checker]: tool.version,
      node: node.version,
      platform: process.platform,
      cwd: relative(root, cwd).replaceAll(sep, '/'),
      options: shaping.map(({ name, value }) => [
        name,
        ...(value === undefined ? [] : [portablePath(value, root)]),
      ]),
      env: Object.fromEntries(variables.map((name) => [name, env[name] ?? null])),
      config: digestOfConfigs(configs, root),
      looksAround,
      installed: installedAround({ cwd, root, tool: tool.directory }),
    };
  }
}
