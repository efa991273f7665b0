import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { headOf, readHead } from '../src/git-head.js';
import { readLineage, type LineageOptions } from '../src/git-lineage.js';
import { cloneOf, fakeGit, gitEnv, repositoryIn, type GitRepository } from './git-repository.js';
import { temporaryDirectory } from './node-process.js';

const isWindows = process.platform === 'win32';
const nothingKnown = { ancestors: [], targetBranch: undefined, defaultBranch: undefined };

test('before the first commit there is no lineage', async () => {
  assert.deepEqual(await lineageOf(repositoryIn().folder), nothingKnown);
});

test('a linked worktree has the default branch of its repository', async () => {
  const repository = repositoryIn();
  repository.commit();
  const folder = join(temporaryDirectory(), 'second');
  repository.git('worktree', 'add', '--quiet', '-b', 'side', folder);
  assert.equal((await lineageOf(folder)).defaultBranch, 'main');
});

test('a repository of SHA-256 hashes has a head and ancestors', async () => {
  const repository = repositoryIn('--object-format=sha256');
  const first = repository.commit();
  const second = repository.commit();
  assert.equal(second.length, 64);
  assert.equal(readHead(repository.folder)?.commit, second);
  assert.deepEqual((await lineageOf(repository.folder)).ancestors, [first]);
});

test('without git on the PATH, what files tell is left', async () => {
  const repository = repositoryIn();
  repository.commit();
  const lineage = await lineageOf(repository.folder, { env: { PATH: temporaryDirectory() } });
  assert.deepEqual(lineage, { ...nothingKnown, defaultBranch: 'main' });
});

test('a git that does not answer is given up', { skip: isWindows }, async () => {
  const repository = repositoryIn();
  repository.commit();
  const env = { PATH: `${fakeGit('exec sleep 1000')}:${process.env['PATH'] ?? ''}` };
  const lineage = await lineageOf(repository.folder, { env, timeoutMs: 100 });
  assert.deepEqual(lineage, { ...nothingKnown, defaultBranch: 'main' });
});

test('a line that git could not finish is not taken for a commit', { skip: isWindows }, async () => {
  const repository = repositoryIn();
  repository.commit();
  const [whole, cut] = ['b'.repeat(40), 'c'.repeat(40)];
  const env = { PATH: fakeGit(`printf 'commit ${whole}\\ncommit ${cut}'; exit 1`) };
  assert.deepEqual((await lineageOf(repository.folder, { env })).ancestors, [whole]);
});

test('a repository that lacks objects has less lineage', async () => {
  const repository = repositoryIn();
  const first = repository.commit();
  const second = repository.commit();
  repository.commit();
  rmSync(join(repository.folder, '.git', 'objects', first.slice(0, 2), first.slice(2)));
  const { ancestors } = await lineageOf(repository.folder);
  assert.equal(ancestors[0], second);
});

test(
  'a repository that git refuses, as another user’s, has less lineage',
  { skip: process.getuid?.() !== 0 },
  async () => {
    const repository = repositoryIn();
    repository.commit();
    repository.commit();
    for (const path of [repository.folder, join(repository.folder, '.git')]) chownSync(path, 12345, 12345);
    assert.deepEqual(await lineageOf(repository.folder), { ...nothingKnown, defaultBranch: 'main' });
  },
);

test('a commit message cannot pass for a commit', async () => {
  const repository = repositoryIn();
  const forged = 'a'.repeat(40);
  const first = repository.commit(`commit ${forged}\n\nparent ${forged}`);
  repository.commit();
  assert.deepEqual((await lineageOf(repository.folder)).ancestors, [first]);
});

test('what a hook says of its own repository does not count', async () => {
  const [repository, other] = [repositoryIn(), repositoryIn()];
  const first = repository.commit();
  repository.commit();
  other.commit('other');
  const gitDir = join(other.folder, '.git');
  const env = { ...gitEnv, GIT_DIR: gitDir, GIT_WORK_TREE: other.folder, GIT_COMMON_DIR: gitDir };
  assert.deepEqual((await lineageOf(repository.folder, { env })).ancestors, [first]);
});

test('git is kept from the network and from asking', { skip: isWindows }, async () => {
  const repository = repositoryIn();
  repository.commit();
  const log = join(temporaryDirectory(), 'env');
  const env = { PATH: `${fakeGit(`env >> ${log}`)}:${process.env['PATH'] ?? ''}` };
  await lineageOf(repository.folder, { env });
  for (const setting of [
    'GIT_NO_LAZY_FETCH=1',
    'GIT_ALLOW_PROTOCOL=none',
    'GIT_TERMINAL_PROMPT=0',
    'GIT_OPTIONAL_LOCKS=0',
  ]) {
    assert.ok(readFileSync(log, 'utf8').includes(`${setting}\n`), setting);
  }
});

test('ancestors come latest first, from both sides of a merge, and without the head', async () => {
  const repository = repositoryIn();
  const base = repository.commit();
  repository.git('checkout', '--quiet', '-b', 'side');
  const side = repository.commit();
  repository.git('checkout', '--quiet', 'main');
  const main = repository.commit();
  repository.merge('side');
  assert.deepEqual((await lineageOf(repository.folder)).ancestors, [main, side, base]);
});

test('as many ancestors are named as can be asked for at once', async () => {
  const repository = repositoryIn();
  const entry = (i: number) =>
    `commit refs/heads/main\ncommitter A <a@example.org> ${1.7e9 + i} +0000\ndata 1\nm\n`;
  fastImport(repository, Array.from({ length: 250 }, (_, i) => entry(i)).join(''));
  const ancestors = repository.git('rev-list', '--skip=1', '--max-count=200', 'main').split('\n');
  assert.equal(ancestors.length, 200);
  assert.deepEqual((await lineageOf(repository.folder)).ancestors, ancestors);
});

test('no more ancestors are named than were asked for', async () => {
  const repository = repositoryIn();
  const commits = Array.from({ length: 5 }, () => repository.commit());
  assert.deepEqual((await lineageOf(repository.folder, { limit: 2 })).ancestors, [commits[3], commits[2]]);
});

test('a shallow clone knows the parents that it lacks', async () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'side');
  const side = repository.commit();
  repository.git('checkout', '--quiet', 'main');
  const main = repository.commit();
  repository.merge('side');
  const clone = cloneOf(repository, '--depth=1');
  const expected = { ...nothingKnown, ancestors: [main, side], defaultBranch: 'main' };
  assert.deepEqual(await lineageOf(clone), expected);
});

test('a pull request’s merge, fetched alone, knows the commits of both sides and its target', async () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'topic');
  repository.commit();
  const side = repository.commit();
  repository.git('checkout', '--quiet', 'main');
  const base = repository.commit();
  repository.git('checkout', '--quiet', '--detach');
  const merge = repository.merge('topic');
  repository.git('update-ref', 'refs/pull/7/merge', 'HEAD');
  const folder = checkoutAsGithubDoes(repository, 'refs/pull/7/merge');
  const env = {
    ...gitEnv,
    GITHUB_ACTIONS: 'true',
    GITHUB_SHA: merge,
    GITHUB_REF: 'refs/pull/7/merge',
    GITHUB_HEAD_REF: 'topic',
    GITHUB_BASE_REF: 'main',
  };
  assert.deepEqual(headOf(folder, env), { commit: merge, branch: 'pr:7/merge', worktree: 'main' });
  const expected = { ancestors: [base, side], targetBranch: 'main', defaultBranch: undefined };
  assert.deepEqual(await lineageOf(folder, { env }), expected);
});

test('without a commit in the head, git’s own HEAD is the nearest ancestor', async () => {
  const repository = repositoryIn();
  const first = repository.commit();
  const second = repository.commit();
  const head = { commit: undefined, branch: undefined, worktree: 'main' };
  assert.deepEqual((await readLineage(repository.folder, head, { env: gitEnv })).ancestors, [second, first]);
});

test('the default branch is the one that the remote named', async () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('branch', '-m', 'main', 'trunk/stable');
  const clone = cloneOf(repository);
  assert.equal((await lineageOf(clone)).defaultBranch, 'trunk/stable');
});

test('the default branch is what the CI system says, unless the remote said another', async () => {
  const repository = repositoryIn();
  repository.commit();
  const clone = cloneOf(repository);
  const env = { ...gitEnv, GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'trunk' };
  assert.equal((await lineageOf(repository.folder, { env })).defaultBranch, 'trunk');
  assert.equal((await lineageOf(clone, { env })).defaultBranch, 'main');
});

test('the default branch is the one that the user configured, where there is one', async () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('branch', 'trunk');
  repository.git('config', 'init.defaultBranch', 'trunk');
  assert.equal((await lineageOf(repository.folder)).defaultBranch, 'trunk');
  repository.git('branch', '-D', 'trunk');
  assert.equal((await lineageOf(repository.folder)).defaultBranch, 'main');
});

test('the default branch is master where there is no main', async () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('branch', '-m', 'main', 'master');
  assert.equal((await lineageOf(repository.folder)).defaultBranch, 'master');
});

function lineageOf(folder: string, options: Partial<LineageOptions> = {}) {
  return readLineage(folder, readHead(folder), { env: gitEnv, ...options });
}

/** Of one commit: nothing else is there, no branch and no default branch. */
function checkoutAsGithubDoes(repository: GitRepository, ref: string): string {
  const checkout = repositoryIn();
  checkout.git(
    'fetch',
    '--quiet',
    '--depth=1',
    pathToFileURL(repository.folder).href,
    `+${ref}:${remoteOf(ref)}`,
  );
  checkout.git('checkout', '--quiet', '--force', remoteOf(ref));
  return checkout.folder;
}

function remoteOf(ref: string): string {
  return ref.replace('refs/', 'refs/remotes/');
}

function fastImport({ folder }: GitRepository, input: string): void {
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, env: gitEnv, input });
}
