import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Uploaded } from '@cleanmiss/runner';
import { check, cleanmissCommand, startCheck, type Checked, type CheckOptions } from './cleanmiss.js';
import { run, type RunningProcess } from './processes.js';

/** What one machine has of its own: nothing of it is another's. */
export interface MachineOptions {
  /** A new folder, in which all of it is. */
  readonly directory: string;
  /** The remote, as this machine sees it. */
  readonly remote: string;
  /** Where the project is within `directory`. Default: `project`. */
  readonly project?: string;
  /** Added to the environment of all that runs here. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the command after it: as another user, in another network. Default: none. */
  readonly under?: readonly string[];
}

export interface MachineCheckOptions extends Pick<CheckOptions, 'node' | 'timeoutMs'> {
  /** Further options of `run`. Default: `--wait`. */
  readonly options?: readonly string[];
  /** Default: the machine's project. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A home, a store, a cache directory and a place for a project: with others it shares a remote and nothing else. */
export class Machine {
  readonly project: string;
  readonly store: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #under: readonly string[];

  constructor({ directory, remote, project = 'project', env = {}, under = [] }: MachineOptions) {
    const home = join(directory, 'home');
    mkdirSync(home, { recursive: true });
    this.project = join(directory, project);
    this.store = join(directory, 'store');
    this.env = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), CLEANMISS_REMOTE: remote, ...env };
    this.#under = under;
  }

  /** `cleanmiss run`, to its end. */
  check(command: readonly string[], options: MachineCheckOptions = {}): Promise<Checked> {
    return check(command, this.#checkOptions(options));
  }

  /** `cleanmiss run`, started. */
  start(command: readonly string[], options: MachineCheckOptions = {}): RunningProcess {
    return startCheck(command, this.#checkOptions(options));
  }

  /** `cleanmiss upload`, to its end: resolves when the remote has been told all that runs have left for it. */
  async upload(): Promise<Uploaded> {
    const command = [...this.#under, ...cleanmissCommand, 'upload', '--json', '--local', this.store];
    const { stdout, stderr } = await run(command, { cwd: this.project, env: this.env });
    const [uploaded] = JSON.parse(stdout || '[]') as readonly Uploaded[];
    if (!uploaded) throw new Error(`nothing was uploaded: ${stdout}${stderr}`);
    if (uploaded.failure !== null) throw new Error(`not all was uploaded: ${uploaded.failure}`);
    return uploaded;
  }

  /** What its remotes have still to be told: files of their journals. */
  journalFiles(): readonly string[] {
    const remotes = join(this.store, 'remotes');
    if (!existsSync(remotes)) return [];
    const folders = readdirSync(remotes).map((id) => join(remotes, id, 'journal'));
    const names = folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
    return names.filter((name) => name.endsWith('.jsonl'));
  }

  #checkOptions({ options = ['--wait'], cwd = this.project, env = {}, ...rest }: MachineCheckOptions) {
    return { ...rest, cwd, store: this.store, env: { ...this.env, ...env }, options, under: this.#under };
  }
}
