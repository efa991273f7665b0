import type { FoundChecker } from './found-checker.js';
import type { ProjectFiles } from './project-files.js';

/** Shell lines that install what the checkers need, on a machine that has Node and, where one is wanted, Python. */
export function installationOf(files: ProjectFiles, checkers: readonly FoundChecker[]): readonly string[] {
  const hasPython = checkers.some(({ kind }) => kind === 'python');
  return [...npmLines(files), ...(hasPython ? pipLines(files, checkers) : [])];
}

function npmLines(files: ProjectFiles): readonly string[] {
  if (files.has('pnpm-lock.yaml')) return ['corepack enable', 'pnpm install --frozen-lockfile'];
  // Yarn 2 and later have another word for it.
  const asLocked = files.has('.yarnrc.yml') ? '--immutable' : '--frozen-lockfile';
  if (files.has('yarn.lock')) return ['corepack enable', `yarn install ${asLocked}`];
  if (files.has('package-lock.json')) return ['npm ci'];
  return files.has('package.json') ? ['npm install'] : [];
}

function pipLines(files: ProjectFiles, checkers: readonly FoundChecker[]): readonly string[] {
  const requirements = files.firstOf(['requirements-dev.txt', 'requirements.txt']);
  if (requirements) return [`pip install -r ${requirements}`];
  const names = checkers.filter(({ kind }) => kind === 'python').map(({ name }) => name);
  const own = files.has('pyproject.toml') || files.has('setup.py') ? ['.'] : [];
  return [`pip install ${[...own, ...names].join(' ')}`];
}
