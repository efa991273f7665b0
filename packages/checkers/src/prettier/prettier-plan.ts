import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckerExit, CheckerPlan, ExitMeaning, Invocation } from '../checker-profile.js';
import { pathsWith } from '../entry-cache/clean-files.js';
import { isInside } from '../portable-path.js';
import { planCleanFiles } from '../npm/clean-files-plan.js';
import { findConfigFiles, type ConfigFile } from '../npm/config-files.js';
import { findNode } from '../npm/node-version.js';
import type { NpmCommand } from '../npm/npm-command.js';
import { findNpmPackage } from '../npm/npm-package.js';
import { parseToolWords, type ToolWords } from '../npm/tool-words.js';
import {
  declinedOptions,
  optionsWithoutTrace,
  prettierOptions,
  replacedOptions,
} from './prettier-options.js';

export async function planPrettier(command: NpmCommand, asked: Invocation): Promise<CheckerPlan> {
  const invocation = { ...asked, cwd: realpathSync(asked.cwd), root: realpathSync(asked.root) };
  const { cwd, root } = invocation;
  const words = parseToolWords(command.args, prettierOptions);
  const declined = whyDeclined(words, invocation);
  if (declined !== undefined) return passThrough(declined);
  const tool = findNpmPackage(command, 'prettier', invocation);
  if ('why' in tool) return passThrough(tool.why);
  if (!tool.version.startsWith('3.')) return passThrough(`Prettier ${tool.version} is not of the series 3`);
  const node = await findNode(command, invocation);
  if (!node) return passThrough('the Node that runs Prettier cannot be found');
  const configs = findConfigFiles({
    root,
    names: /^(\.prettierrc(\..+)?|prettier\.config\..+|\.editorconfig)$/,
    members: ['prettier'],
    named: valuesOf(words, '--config').map((file) => resolve(cwd, file)),
  });
  const looksAround = configs.some(mayLookAround) || valuesOf(words, '--plugin').length > 0;
  if (configs.some((file) => file.isAbove && mayLookAround(file)))
    return passThrough('a configuration above the project may bring plugins');
  return planCleanFiles({
    ...{ command, invocation, tool, node, words, configs },
    known: prettierOptions,
    replaced: replacedOptions,
    withoutTrace: optionsWithoutTrace,
    state: {
      checker: 'prettier',
      looksAround,
      leavesOne: false,
      // Each ignore file speaks of paths from its own folder.
      patternsFrom: (folder) => folder,
      cleanIn: (cacheFile) => pathsWith(cacheFile, 'hashOfOptions'),
    },
    optionsFor: (ignoreFile) => ignoreOptions(words, ignoreFile),
    // It looks into every folder whose name begins with a dot, ours as well.
    targets: ['!**/.cleanmiss/**'],
    meaningOf,
    // Its cache names none of those.
    isNamed: () => false,
  });
}

/** The first that is given takes the place of both that are looked for by themselves. */
function ignoreOptions(words: ToolWords, ignoreFile: string): readonly string[] {
  const usual = valuesOf(words, '--ignore-path').length > 0 ? [] : ['.gitignore', '.prettierignore'];
  return [...usual, ignoreFile].map((file) => `--ignore-path=${file}`);
}

/** A plugin may read anything; what a configuration imports may bring one. */
function mayLookAround({ path, text }: ConfigFile): boolean {
  if (path.endsWith('.editorconfig')) return false;
  return /plugin|\b(import|require|process)\b/.test(text) || isReference(text);
}

/** A text in place of settings names a package that holds them. */
function isReference(text: string): boolean {
  const trimmed = text.trim();
  return /^["']?[@\w./-]+["']?$/.test(trimmed) || trimmed.startsWith('{"prettier":"');
}

function whyDeclined(words: ToolWords, { cwd, root, env }: Invocation): string | undefined {
  if (words.unknown !== undefined) return `${words.unknown} is no option that cleanmiss knows of Prettier`;
  const names = words.options.map(({ name }) => name);
  const reason = declinedOptions.find(([declined]) => declined.some((name) => names.includes(name)));
  if (reason)
    return reason[1].replace(
      '%',
      reason[0].find((name) => names.includes(name))!,
    );
  if (!names.includes('--check') && !names.includes('--list-different')) {
    return names.includes('--write')
      ? '--write tells how long each file took'
      : 'without --check, files are printed';
  }
  if (valuesOf(words, '--log-level').at(-1) === 'debug')
    return '--log-level debug wants a check without a cache';
  if (env['PRETTIER_EXPERIMENTAL_CLI'] ?? env['PRETTIER_DEBUG'] ?? env['PRETTIER_PERF_REPEAT'])
    return 'a variable of the environment asks for another Prettier';
  const config = valuesOf(words, '--config').find((file) => !isInside(resolve(cwd, file), root));
  return config === undefined ? undefined : `${config} is outside the project`;
}

function valuesOf({ options }: ToolWords, wanted: string): readonly string[] {
  return options.flatMap(({ name, value }) => (name === wanted && value !== undefined ? [value] : []));
}

/**
 * Files that are not in order are named on standard error. Whatever else is said there (an option that it does not know) is said
 * again for each file, so that no file may be passed by.
 */
function meaningOf({ code, signal, stderrTail }: CheckerExit): ExitMeaning {
  if (signal !== null || (code !== 0 && code !== 1)) return 'incomplete';
  const lines = stderrTail.split('\n');
  const isExpected = (line: string) =>
    line.trim() === '' || /^\[warn\] (?!.*\b(option|deprecated)\b)/i.test(line);
  return lines.every(isExpected) ? 'normal' : 'incomplete';
}

function passThrough(why: string): CheckerPlan {
  return { kind: 'pass-through', why };
}
