import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  coldAnswer,
  commitAll,
  findTools,
  git,
  initialCommit,
  writeProject,
  type Ended,
} from '../support/index.js';

const { mypy } = findTools();

/** A repository whose branches differ in what mypy says of them. */
export interface SoakProject {
  readonly origin: string;
  /** What plain mypy says, cold and alone, by branch. */
  readonly answers: ReadonlyMap<string, Pick<Ended, 'stdout' | 'code'>>;
}

export const command: readonly string[] = [mypy.command, 'pkg'];

const branches = ['main', 'topic', 'release', 'experiment'] as const;

export async function makeProject(directory: string, name: string): Promise<SoakProject> {
  const origin = join(directory, name);
  mkdirSync(origin, { recursive: true });
  const answers = new Map<string, Pick<Ended, 'stdout' | 'code'>>();
  for (const [i, branch] of branches.entries()) {
    writeProject(origin, filesOf(name, i));
    if (i === 0) initialCommit(origin);
    else git(origin, 'checkout', '--quiet', '-b', branch);
    commitAll(origin, `State of ${branch}`);
    const { stdout, code } = await coldAnswer(
      mypy,
      ['pkg'],
      origin,
      join(directory, `cold-${name}-${branch}`),
    );
    answers.set(branch, { stdout, code });
  }
  git(origin, 'checkout', '--quiet', branches[0]);
  return { origin, answers };
}

export function cloneOf({ origin }: SoakProject, directory: string): string {
  git(join(directory, '..'), 'clone', '--quiet', origin, directory);
  return directory;
}

export function branchesOf({ answers }: SoakProject): readonly string[] {
  return [...answers.keys()];
}

/** Branch 0 is right, the others have a mistake each, in another place: one that shows through an import. */
function filesOf(name: string, branch: number): Readonly<Record<string, string>> {
  const modules = Array.from({ length: 6 }, (_, i) => i);
  const file = (i: number) => {
    const before = i === 0 ? 'import re\n' : `from pkg.m${i - 1} import f as g\n`;
    const result = branch > 0 && i === branch ? 'str' : 'int';
    const body = i === 0 ? '1' : 'g()';
    return `${before}\ndef f() -> ${result}:\n    return ${body}\n`;
  };
  return Object.fromEntries([
    ['pkg/__init__.py', `# ${name}\n`],
    ...modules.map((i) => [`pkg/m${i}.py`, file(i)] as const),
  ]);
}
