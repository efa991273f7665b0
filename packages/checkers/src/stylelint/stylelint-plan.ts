import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { isJsonObject } from '@cleanmiss/core';
import type { CheckerExit, CheckerPlan, ExitMeaning, Invocation } from '../checker-profile.js';
import { pathsWith } from '../entry-cache/clean-files.js';
import { readJson } from '../entry-cache/entry-file.js';
import { isInside } from '../portable-path.js';
import { planCleanFiles } from '../npm/clean-files-plan.js';
import { findConfigFiles } from '../npm/config-files.js';
import { findNode } from '../npm/node-version.js';
import type { NpmCommand } from '../npm/npm-command.js';
import { findNpmPackage } from '../npm/npm-package.js';
import { parseToolWords, type ToolWords } from '../npm/tool-words.js';
import { isKnownSyntax, mayLookAround } from './stylelint-config.js';
import {
  declinedOptions,
  optionsWithoutTrace,
  replacedOptions,
  stylelintOptions,
} from './stylelint-options.js';

export async function planStylelint(command: NpmCommand, asked: Invocation): Promise<CheckerPlan> {
  const invocation = { ...asked, cwd: realpathSync(asked.cwd), root: realpathSync(asked.root) };
  const { cwd, root } = invocation;
  const words = parseToolWords(command.args, stylelintOptions);
  const declined = whyDeclined(words, invocation);
  if (declined !== undefined) return passThrough(declined);
  const tool = findNpmPackage(command, 'stylelint', invocation);
  if ('why' in tool) return passThrough(tool.why);
  if (!/^(16|17|18)\./.test(tool.version))
    return passThrough(`Stylelint ${tool.version} is not one of 16 to 18`);
  const node = await findNode(command, invocation);
  if (!node) return passThrough('the Node that runs Stylelint cannot be found');
  const configs = findConfigFiles({
    root,
    names: /^(\.stylelintrc(\..+)?|stylelint\.config\..+|\.browserslistrc)$/,
    members: ['stylelint', 'browserslist'],
    named: valuesOf(words, '--config').map((file) => resolve(cwd, file)),
  });
  if (configs.some((file) => file.isAbove && mayLookAround(file)))
    return passThrough('a configuration above the project may bring plugins');
  const looksAround = configs.some(mayLookAround) || !valuesOf(words, '--custom-syntax').every(isKnownSyntax);
  return planCleanFiles({
    ...{ command, invocation, tool, node, words, configs },
    known: stylelintOptions,
    replaced: replacedOptions,
    withoutTrace: optionsWithoutTrace,
    state: { checker: 'stylelint', looksAround, leavesOne: true, patternsFrom: () => cwd, cleanIn },
    optionsFor: (ignoreFile) => {
      const usual = valuesOf(words, '--ignore-path').length > 0 ? [] : ['.stylelintignore'];
      return [...usual, ignoreFile].map((file) => `--ignore-path=${file}`);
    },
    targets: [],
    meaningOf,
    // It caches files with nothing but a rule that it does not know, or a comment that is not needed, as if they were in order.
    isNamed: (path, said) => said.includes(relative(cwd, path).replaceAll(sep, '/')) || said.includes(path),
  });
}

/** Version 18 keeps a hash under each path; those before, the entries of file-entry-cache. */
function cleanIn(cacheFile: string): readonly string[] {
  const document = readJson(cacheFile);
  return isJsonObject(document) ? Object.keys(document) : pathsWith(cacheFile, 'hashOfConfig');
}

function whyDeclined(words: ToolWords, { cwd, root, env }: Invocation): string | undefined {
  if (words.unknown !== undefined) return `${words.unknown} is no option that cleanmiss knows of Stylelint`;
  const names = words.options.map(({ name }) => name);
  const reason = declinedOptions.find(([declined]) => declined.some((name) => names.includes(name)));
  if (reason)
    return reason[1].replace(
      '%',
      reason[0].find((name) => names.includes(name))!,
    );
  const formatter = valuesOf(words, '--formatter').at(-1) ?? 'string';
  if (!['string', 'compact', 'unix'].includes(formatter))
    return `--formatter ${formatter} may tell of files in which nothing was found`;
  if (/(^|[\s,])(\*|stylelint)/.test(env['DEBUG'] ?? '')) return 'DEBUG wants a check without a cache';
  const config = valuesOf(words, '--config').find((file) => !isFileInside(resolve(cwd, file), root));
  return config === undefined ? undefined : `${config} is no file of the project`;
}

function isFileInside(file: string, root: string): boolean {
  return isInside(file, root) && existsSync(file);
}

function valuesOf({ options }: ToolWords, wanted: string): readonly string[] {
  return options.flatMap(({ name, value }) => (name === wanted && value !== undefined ? [value] : []));
}

/** More than this may have lost its beginning. */
const maxSaidLength = 60_000;

/**
 * Deprecations and options that it does not know are told once, from any of the files: none may be passed by. With all of them passed by
 * it refuses to work, as it may when it is asked for a few alone.
 */
function meaningOf({ code, signal, stderrTail }: CheckerExit): ExitMeaning {
  if (code === 1 && stderrTail.includes('AllFilesIgnoredError')) return 'refused';
  if (signal !== null || (code !== 0 && code !== 2)) return 'incomplete';
  const isUnsure = /^(?:Invalid Option: |Deprecation warnings:|\(node:\d+\))/m.test(stderrTail);
  return isUnsure || stderrTail.length > maxSaidLength ? 'incomplete' : 'normal';
}

function passThrough(why: string): CheckerPlan {
  return { kind: 'pass-through', why };
}
