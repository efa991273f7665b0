import { isJsonObject, parseJson, type Json } from '@cleanmiss/core';
import {
  ensureOwnDirectory,
  ensureSlotsDirectory,
  projectStatePath,
  readOwnFile,
  replaceFile,
} from '@cleanmiss/snapshot';
import type { ReplayInputs } from './replay-inputs.js';

/** A hundred thousand files. */
const maxMemoryBytes = 16 * 1024 * 1024;

/**
 * What the last check of each checker depended on here: `.cleanmiss/replay/CHECKER.json`. It tells people what has changed since, and
 * nothing else is decided by it.
 */
export class ReplayMemory {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  recall(checker: string): ReplayInputs | undefined {
    const text = readOwnFile(this.#fileOf(checker), maxMemoryBytes)?.toString('utf8');
    const inputs = text === undefined ? undefined : parseJson(text);
    return isInputs(inputs) ? inputs : undefined;
  }

  /** Failing to costs nobody an answer. */
  remember(inputs: ReplayInputs): void {
    try {
      ensureSlotsDirectory(this.#root);
      ensureOwnDirectory(projectStatePath(this.#root, 'replay'));
      replaceFile(this.#fileOf(inputs.checker), JSON.stringify(inputs));
    } catch {
      // A read-only project, a full disk, somebody else's folder.
    }
  }

  #fileOf(checker: string): string {
    return projectStatePath(this.#root, `replay/${checker}.json`);
  }
}

function isInputs(value: Json | undefined): value is ReplayInputs {
  if (!isJsonObject(value)) return false;
  const { checker, version, context, command, cwd, environment, files } = value;
  if (![checker, version, context, cwd].every((text) => typeof text === 'string')) return false;
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) return false;
  return isJsonObject(environment) && isJsonObject(files);
}
