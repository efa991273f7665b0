import { execFile } from 'node:child_process';
import { isJsonObject, parseJson, type Json, type JsonObject } from '@cleanmiss/core';
import type { ToolWords } from '../npm/tool-words.js';

/** What a result depends on, besides the file itself and what ESLint compares. */
export type Reach =
  /** Nothing. */
  | 'file'
  /** Maybe any file of the project: type information, or a plugin that we know nothing of. */
  | 'project'
  /** And the date. */
  | 'today';

/** The configuration of a file, as ESLint with all its plugins understands it. */
export interface ProbedConfig {
  /** By this ESLint knows the configuration again, here. */
  readonly hash: string;
  /** Names the configuration on every machine. */
  readonly group: string;
  /** It holds the place of the project, so that its hash is another one elsewhere. */
  readonly isPlaced: boolean;
  readonly reach: Reach;
}

export interface ProbeOptions {
  readonly node: string;
  /** ESLint's folder. */
  readonly eslint: string;
  readonly words: ToolWords;
  readonly cwd: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const probeTimeoutMs = 60_000;
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * Starts the project's own ESLint to learn the configuration of some files (absolute paths). In the order of the files; `undefined` for one
 * that it does not tell, or says otherwise than its cache.
 */
export async function probeConfigs(
  files: readonly string[],
  options: ProbeOptions,
): Promise<readonly (ProbedConfig | undefined)[]> {
  if (files.length === 0) return [];
  const answer = parseJson((await ask(files, options)).trim().split('\n').at(-1) ?? '');
  const answers = Array.isArray(answer) ? (answer as readonly Json[]) : [];
  return files.map((_, i) => parseAnswer(answers[i] ?? null));
}

function parseAnswer(answer: Json): ProbedConfig | undefined {
  if (!isJsonObject(answer)) return undefined;
  const { hash, group, isPlaced, reach } = answer as JsonObject & Partial<ProbedConfig>;
  if (typeof hash !== 'string' || typeof group !== 'string') return undefined;
  return { hash, group, isPlaced: isPlaced === true, reach: isReach(reach) ? reach : 'today' };
}

export function isReach(value: unknown): value is Reach {
  return value === 'file' || value === 'project' || value === 'today';
}

function ask(
  files: readonly string[],
  { node, eslint, words, cwd, root, env }: ProbeOptions,
): Promise<string> {
  const question = JSON.stringify({ eslint, files, root, options: constructorOptions(words) });
  return new Promise((resolve) => {
    const limits = { timeout: probeTimeoutMs, maxBuffer: maxAnswerBytes };
    const child = execFile(
      node,
      ['--input-type=module', '--eval', program],
      { cwd, env: { ...env }, ...limits },
      // Whatever went wrong: nothing is known, and nothing of it is kept.
      (error, stdout) => resolve(error ? '' : stdout),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(question);
  });
}

/** The words that shape the configuration, as ESLint's own command line hands them on. */
function constructorOptions({ options }: ToolWords): JsonObject {
  const last = (...names: readonly string[]) => options.findLast(({ name }) => names.includes(name));
  const lookup = last('--config-lookup', '--no-config-lookup')?.name !== '--no-config-lookup';
  const unused = last('--report-unused-disable-directives') ? 'error' : undefined;
  const severity = unused ?? last('--report-unused-disable-directives-severity')?.value;
  const inline = last('--report-unused-inline-configs')?.value;
  const linterOptions = {
    ...(severity === undefined ? {} : { reportUnusedDisableDirectives: asSeverity(severity) }),
    ...(inline === undefined ? {} : { reportUnusedInlineConfigs: asSeverity(inline) }),
  };
  const valuesOf = (wanted: string) =>
    options.flatMap(({ name, value }) => (name === wanted && value !== undefined ? value.split(',') : []));
  const patterns = valuesOf('--ext').map((ext) => `**/*${ext.startsWith('.') ? '' : '.'}${ext}`);
  const flags = valuesOf('--flag');
  return {
    overrideConfigFile: last('--config')?.value ?? (lookup ? null : true),
    overrideConfig: [
      { rules: {}, ...(Object.keys(linterOptions).length > 0 ? { linterOptions } : {}) },
      ...(patterns.length > 0 ? [{ files: patterns }] : []),
    ],
    ...(flags.length > 0 ? { flags } : {}),
  };
}

function asSeverity(value: string): string {
  return { '0': 'off', '1': 'warn', '2': 'error' }[value] ?? value;
}

/**
 * Core rules look at one file, and so do the rules of the plugins named here, unless a parser hands them types. Any rule of a loaded plugin
 * may be switched on by a comment, so the plugins count, not the rules of the configuration.
 */
const program = `
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const { eslint, files, root, options } = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(eslint + '/package.json');
const { ESLint } = require(eslint + '/lib/api.js');
const hashOf = require(eslint + '/lib/cli-engine/hash.js');
const stringify = require('json-stable-stringify-without-jsonify');
const { version } = require(eslint + '/package.json');
const escaped = JSON.stringify(root).slice(1, -1).replace(/[.*+?^$(){}|[\\]\\\\]/g, '\\\\$&');
const place = new RegExp(escaped + '(?=["/\\\\\\\\])', 'g');
const typed = ['program', 'programs', 'project', 'projectService', 'EXPERIMENTAL_useProjectService'];
const reachOf = ({ language, languageOptions: { parser, parserOptions }, processor, plugins }) => {
  if (plugins.some((plugin) => plugin.includes('unicorn'))) return 'today';
  const isPlain =
    language === '@/js' && processor === undefined &&
    plugins.every((plugin) => /^(@|[^:]+:(@typescript-eslint\\/eslint-plugin|@stylistic\\/eslint-plugin)@.+)$/.test(plugin)) &&
    (parser === undefined || /^(espree|(@?typescript-eslint\\/)parser)@/.test(parser)) &&
    !typed.some((name) => parserOptions?.[name]);
  return isPlain ? 'file' : 'project';
};
const overrideConfigFile = options.overrideConfigFile ?? undefined;
const linter = new ESLint({ ...options, overrideConfigFile, cwd: process.cwd() });
const answers = [];
for (const file of files) {
  try {
    const config = stringify(await linter.calculateConfigForFile(file));
    const portable = config.replace(place, '<root>');
    answers.push({
      hash: hashOf(version + '_' + process.version + '_' + config),
      group: createHash('sha256').update(portable).digest('hex').slice(0, 32),
      isPlaced: portable !== config,
      reach: reachOf(JSON.parse(config)),
    });
  } catch {
    answers.push(null);
  }
}
process.stdout.write('\\n' + JSON.stringify(answers) + '\\n', () => process.exit(0));
`;
