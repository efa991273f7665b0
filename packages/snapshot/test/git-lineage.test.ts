import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readHead } from '../src/git-head.js';
import { readLineage, type LineageOptions } from '../src/git-lineage.js';
import { gitEnv, GitRepository } from './git-repository.js';
import { temporaryDirectory } from './node-process.js';

const isWindows = process.platform === 'win32';

test('a folder outside git has no head', () => {
  assert.equal(readHead(temporaryDirectory()), undefined);
});

test('a .git file that points nowhere has no head', () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, '.git'), 'gitdir: gone\n');
  assert.equal(readHead(folder), undefined);
});

test('a .git file that holds something else has no head', () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, '.git'), '\0\0\0');
  assert.equal(readHead(folder), undefined);
});

test('an empty .git folder is passed over, as git does', () => {
  const repository = repositoryIn();
  const commit = repository.commit();
  mkdirSync(join(repository.folder, 'sub', '.git'), { recursive: true });
  assert.equal(readHead(join(repository.folder, 'sub'))?.commit, commit);
});

test('a HEAD that git keeps in another format leaves commit and branch open', () => {
  const { folder } = repositoryIn();
  writeHead(folder, 'ref: refs/heads/.invalid\n');
  assert.deepEqual(readHead(folder), { commit: undefined, branch: undefined, worktree: 'main' });
});

test('a HEAD that leads out of the repository is not followed', () => {
  const { folder } = repositoryIn();
  writeFileSync(join(folder, 'outside'), 'a'.repeat(40));
  writeHead(folder, 'ref: refs/../../outside\n');
  assert.equal(readHead(folder)?.commit, undefined);
});

test('refs that name each other end in no commit', () => {
  const { folder } = repositoryIn();
  writeFileSync(join(folder, '.git', 'refs', 'heads', 'main'), 'ref: refs/heads/main\n');
  assert.deepEqual(readHead(folder), { commit: undefined, branch: 'main', worktree: 'main' });
});

test('before the first commit there is a branch without one', async () => {
  const { folder } = repositoryIn();
  assert.deepEqual(readHead(folder), { commit: undefined, branch: 'main', worktree: 'main' });
  assert.deepEqual(await lineageOf(folder), { ancestors: [], defaultBranch: undefined });
});

test('the head is found from a folder below the top level', () => {
  const repository = repositoryIn();
  const commit = repository.commit();
  const below = join(repository.folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  assert.deepEqual(readHead(below), { commit, branch: 'main', worktree: 'main' });
});

test('a branch with slashes in its name is found, packed or not', () => {
  const repository = repositoryIn();
  repository.git('checkout', '--quiet', '-b', 'feature/deep/one');
  const commit = repository.commit();
  const expected = { commit, branch: 'feature/deep/one', worktree: 'main' };
  assert.deepEqual(readHead(repository.folder), expected);
  repository.git('pack-refs', '--all');
  assert.deepEqual(readHead(repository.folder), expected);
});

test('a branch that moved on after it was packed is where it is now', () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('pack-refs', '--all');
  const commit = repository.commit();
  assert.equal(readHead(repository.folder)?.commit, commit);
});

test('a packed branch is not mistaken for one that ends like it', () => {
  const repository = repositoryIn();
  repository.commit();
  repository.git('update-ref', 'refs/heads/refs/heads/main', 'HEAD');
  const commit = repository.commit();
  repository.git('pack-refs', '--all');
  assert.equal(readHead(repository.folder)?.commit, commit);
});

test('a detached head has a commit and no branch', () => {
  const repository = repositoryIn();
  const commit = repository.commit();
  repository.git('checkout', '--quiet', '--detach');
  assert.deepEqual(readHead(repository.folder), { commit, branch: undefined, worktree: 'main' });
});

test('a branch may stand for another branch', () => {
  const repository = repositoryIn();
  const commit = repository.commit();
  repository.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
  repository.git('symbolic-ref', 'HEAD', 'refs/heads/alias');
  assert.deepEqual(readHead(repository.folder), { commit, branch: 'alias', worktree: 'main' });
});

test('a linked worktree has its own head and name', async () => {
  const repository = repositoryIn();
  const first = repository.commit();
  const folder = join(temporaryDirectory(), 'second');
  repository.git('worktree', 'add', '--quiet', '-b', 'side', folder);
  const second = repository.commit();
  assert.deepEqual(readHead(folder), { commit: first, branch: 'side', worktree: 'second' });
  assert.deepEqual(readHead(repository.folder), { commit: second, branch: 'main', worktree: 'main' });
  assert.equal((await lineageOf(folder)).defaultBranch, 'main');
});

test('a submodule has its own head', () => {
  const library = repositoryIn();
  const commit = library.commit();
  const repository = repositoryIn();
  repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    library.folder,
    'library',
  );
  repository.commit();
  assert.deepEqual(readHead(join(repository.folder, 'library')), {
    commit,
    branch: 'main',
    worktree: 'main',
  });
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
  assert.deepEqual(lineage, { ancestors: [], defaultBranch: 'main' });
});

test('a git that does not answer is given up', { skip: isWindows }, async () => {
  const repository = repositoryIn();
  repository.commit();
  const env = { PATH: `${fakeGit('exec sleep 1000')}:${process.env['PATH'] ?? ''}` };
  const lineage = await lineageOf(repository.folder, { env, timeoutMs: 100 });
  assert.deepEqual(lineage, { ancestors: [], defaultBranch: 'main' });
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
    assert.deepEqual(await lineageOf(repository.folder), { ancestors: [], defaultBranch: 'main' });
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
  assert.deepEqual(await lineageOf(clone), { ancestors: [main, side], defaultBranch: 'main' });
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

function repositoryIn(...initArgs: readonly string[]): GitRepository {
  return new GitRepository(temporaryDirectory(), ...initArgs);
}

/** Answers its folder. */
function cloneOf(repository: GitRepository, ...args: readonly string[]): string {
  const clone = join(temporaryDirectory(), 'clone');
  repository.git('clone', '--quiet', ...args, pathToFileURL(repository.folder).href, clone);
  return clone;
}

function lineageOf(folder: string, options: Partial<LineageOptions> = {}) {
  return readLineage(folder, readHead(folder), { env: gitEnv, ...options });
}

function writeHead(folder: string, text: string): void {
  writeFileSync(join(folder, '.git', 'HEAD'), text);
}

/** A folder with a `git` that does something else. */
function fakeGit(script: string): string {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'git'), 0o755);
  return folder;
}
