import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import type { GitDirectory } from './git-directory.js';

export interface GitOptions {
  /** For each git process. Default: 2000. */
  readonly timeoutMs?: number;
  /** For git, and for what a CI system says of its job. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface GitOutput {
  /** What it wrote, however it ended: the lines it got to are true. */
  readonly text: string;
  /** It was there, came to its end and was content. */
  readonly isWhole: boolean;
}

/** Two hundred commits are 200 kB. */
const maxOutputBytes = 8 * 1024 * 1024;

/** Never rejects. At the top level of the repository. */
export function runGit(
  { topLevel }: GitDirectory,
  args: readonly string[],
  options: GitOptions,
): Promise<GitOutput> {
  const settings = {
    // Not the project: Windows would start a `git.exe` that lies there.
    cwd: dirname(process.execPath),
    env: { ...options.env, ...gitEnv },
    timeout: options.timeoutMs ?? 2000,
    killSignal: 'SIGKILL',
    maxBuffer: maxOutputBytes,
    windowsHide: true,
  } as const;
  return new Promise((resolve) => {
    execFile('git', ['-C', topLevel, ...args], settings, (error, text) => {
      resolve({ text, isWhole: error === null });
    });
  });
}

const gitEnv = {
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone would fetch what it lacks, over the network and with a question for the password.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_TERMINAL_PROMPT: '0',
  // A hook has these set, for its own repository and the commit that is being made.
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_OBJECT_DIRECTORY: undefined,
};
