import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  copyProject,
  findTools,
  mypyPackageCorpus,
  repositoryRoot,
  run,
  torchCorpus,
  type MypyInstall,
} from '@cleanmiss/integration-tests/support';
import { readCorpus, type Corpus } from './corpus.js';

/** Real code, and the real mypy that checks it. */
export interface CheckedProject {
  readonly name: string;
  /** Not to be checked in place: copy it. */
  readonly directory: string;
  readonly mypy: MypyInstall;
  readonly args: readonly string[];
}

/** Imports of torch, sympy and numpy (1600 to 1800 modules); small: mypy's own sources (about 320). */
export function checkedProject(options: {
  readonly isSmall: boolean;
  readonly which: 'mypy' | 'otherMypy';
}): CheckedProject {
  const { name, directory, args } = options.isSmall ? mypyPackageCorpus() : torchCorpus();
  return { name, directory, args, mypy: findTools()[options.which] };
}

/**
 * The state that mypy leaves after a cold check, in files (newer ones would rather write SQLite): made once, and kept
 * with the other things that tests and benchmarks need.
 */
export async function stateOf(project: CheckedProject, say: (text: string) => void): Promise<Corpus> {
  const name = `${project.name}, mypy ${project.mypy.version}`;
  const place = join(repositoryRoot, '.test-tools', 'bench', `files-${project.name}-${project.mypy.version}`);
  if (!existsSync(place)) {
    say(`checking ${name} once, cold, for the state that it leaves`);
    await makeState(project, place);
  }
  return readCorpus(name, place);
}

async function makeState({ directory, mypy, args }: CheckedProject, place: string): Promise<void> {
  mkdirSync(dirname(place), { recursive: true });
  const workshop = mkdtempSync(`${place}.making-`);
  try {
    const [copy, state] = [join(workshop, 'project'), join(workshop, 'state')];
    copyProject(directory, copy);
    const command = [mypy.command, `--cache-dir=${state}`, '--no-sqlite-cache', ...args];
    const { signal, stderr } = await run(command, { cwd: copy, timeoutMs: 600_000 });
    if (signal !== null || !existsSync(state)) throw new Error(`mypy left no state: ${stderr}`);
    renameSync(state, place);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}
