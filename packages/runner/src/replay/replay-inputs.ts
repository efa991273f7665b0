import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import {
  declaredFiles,
  portablePath,
  readDeclared,
  type CheckerProfile,
  type SlotRun,
} from '@cleanmiss/checkers';
import type { JsonObject } from '@cleanmiss/core';
import type { ReplayRule } from '@cleanmiss/open-cache';
import { contextHashOf } from '../context-hash.js';
import type { CheckRequest } from '../request.js';

/** All that an answer depends on, as digests and portable texts. */
export interface ReplayInputs extends JsonObject {
  readonly checker: string;
  readonly version: string;
  /** The hard context of its states: options, settings, platform, and what else the profile knows to matter. */
  readonly context: string;
  readonly command: readonly string[];
  /** From the project root. */
  readonly cwd: string;
  /** The digest of each variable's value, `null` where it is not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The SHA-256 of each file, by its path from the project root; `null` for a link that leads nowhere. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** What shapes the output of most checkers, or how their interpreter finds its modules, whether it was declared or not. */
const usualVariables: readonly string[] = [
  ...['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE', 'COLORTERM', 'TERM', 'COLUMNS'],
  ...['LANG', 'LANGUAGE', 'LC_ALL', 'LC_MESSAGES', 'LC_CTYPE', 'TZ', 'CI', 'GITHUB_ACTIONS'],
  ...['NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'PYTHONPATH', 'PYTHONHOME', 'PYTHONHASHSEED'],
];

/** A clause that says why, where there can be no answer. Rejects with the system's error where a file cannot be read. */
export async function readInputs(
  { command, cwd, env, root }: Pick<CheckRequest, 'command' | 'cwd' | 'env' | 'root'>,
  profile: CheckerProfile,
  plan: SlotRun,
  rule: ReplayRule,
): Promise<ReplayInputs | string> {
  const paths = await declaredFiles(root, rule.inputs);
  const idle = await patternWithoutFile(root, rule.inputs);
  // It would be taken for covered for ever, most likely because of a typing error.
  if (idle !== undefined) return `no file matches the declared input ${idle}`;
  const variables = [...new Set([...rule.environment, ...usualVariables])];
  return {
    checker: profile.name,
    version: plan.version,
    context: contextHashOf(profile, plan),
    command: command.map((word) => portablePath(word, root)),
    cwd: relative(root, cwd).replaceAll(sep, '/'),
    environment: Object.fromEntries(
      variables.map((name) => [name, digestOrNull(env[name])?.slice(0, 16) ?? null]),
    ),
    files: Object.fromEntries(paths.map((path) => [path, digestOrNull(readDeclared(root, path))])),
  };
}

async function patternWithoutFile(root: string, patterns: readonly string[]): Promise<string | undefined> {
  for (const pattern of patterns.filter((text) => !text.startsWith('!'))) {
    if ((await declaredFiles(root, [pattern])).length === 0) return pattern;
  }
  return undefined;
}

function digestOrNull(content: string | Uint8Array | undefined): string | null {
  return content === undefined ? null : createHash('sha256').update(content).digest('hex');
}
