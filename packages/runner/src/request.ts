import type { BackgroundCommand } from './background-command.js';
import type { Degradation } from './degradation.js';
import type { Untrusted } from './untrusted.js';
import type { CheckerProfile, KnownCheckers } from '@cleanmiss/checkers';
import type { CleanmissConfig, OpenedCache } from '@cleanmiss/open-cache';

/** Which check, and on what set-up. */
export interface CheckRequest {
  /** The program and its arguments, as the user typed them. Not empty. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** The project root: `cwd` is in it. */
  readonly root: string;
  readonly config: CleanmissConfig;
  readonly opened: OpenedCache;
  /** Those that the command is looked through for. */
  readonly checkers: KnownCheckers;
  /** The profile that the user named for a command that starts the checker somewhere inside. */
  readonly nested?: CheckerProfile | undefined;
}

/** One check, and all it needs from outside. */
export interface RunRequest extends CheckRequest {
  /** Milliseconds from the start of the process until now. */
  readonly bootMs: number;
  /** Shows the user one line. */
  readonly warn: (line: string) => void;
  /** Where what goes wrong in the cache is written down; `opened` tells it too. */
  readonly degradation: Degradation;
  /** What `opened` tells of that was not trusted. */
  readonly untrusted: Untrusted;
  /** How the remotes are told what this run leaves. */
  readonly uploadCommand: BackgroundCommand;
  /** How the local store is collected where that is due. */
  readonly gcCommand: BackgroundCommand;
  /** Wait for the remotes, as long as the budget lasts. */
  readonly waits: boolean;
  /** Does the work, and shows that it goes on where it takes long. */
  readonly progress: <T>(what: string, work: () => Promise<T>) => Promise<T>;
}

/** The command could not be started at all; `exitCode` is what `env` and `timeout` would answer. */
export class CannotStartError extends Error {
  override readonly name = 'CannotStartError';
  readonly exitCode: 126 | 127;

  constructor(program: string, cause: NodeJS.ErrnoException) {
    const isThere = cause.code !== 'ENOENT';
    super(
      isThere ? `${program} cannot be executed (${cause.code ?? cause.message})` : `${program} was not found`,
      { cause },
    );
    this.exitCode = isThere ? 126 : 127;
  }
}
