import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { headOf, readHead } from '../src/git-head.js';
import { ciExamples } from './git-ci-examples.js';
import { repositoryIn } from './git-repository.js';
import { temporaryDirectory } from './node-process.js';

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

test('before the first commit there is a branch without one', () => {
  const { folder } = repositoryIn();
  assert.deepEqual(readHead(folder), { commit: undefined, branch: 'main', worktree: 'main' });
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

test('a linked worktree has its own head and name', () => {
  const repository = repositoryIn();
  const first = repository.commit();
  const folder = join(temporaryDirectory(), 'second');
  repository.git('worktree', 'add', '--quiet', '-b', 'side', folder);
  const second = repository.commit();
  assert.deepEqual(readHead(folder), { commit: first, branch: 'side', worktree: 'second' });
  assert.deepEqual(readHead(repository.folder), { commit: second, branch: 'main', worktree: 'main' });
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

describe('the head of a CI job', () => {
  it('is none outside git', () => {
    assert.equal(headOf(temporaryDirectory(), ciExamples['GitHub, a push']!.env), undefined);
  });

  it('has no branch where nobody names one', () => {
    const { folder, commit: head } = detached();
    assert.deepEqual(headOf(folder, {}), { commit: head, branch: undefined, worktree: 'main' });
    assert.equal(headOf(folder, { GITHUB_ACTIONS: 'true', GITHUB_SHA: head })?.branch, undefined);
  });

  it('has no branch where something else is checked out than what the job is for', () => {
    const { folder } = detached();
    assert.equal(headOf(folder, ciExamples['GitHub, a push']!.env)?.branch, undefined);
  });

  it('has the branch that the job is for', () => {
    const { folder, commit: head } = detached();
    const env = { ...ciExamples['GitHub, a push']!.env, GITHUB_SHA: head };
    assert.deepEqual(headOf(folder, env), { commit: head, branch: 'topic/one', worktree: 'main' });
    assert.equal(headOf(folder, ciExamples['Buildkite, a branch']!.env)?.branch, 'topic');
  });

  it('keeps the branch that is checked out', () => {
    const repository = repositoryIn();
    const head = repository.commit();
    const env = { ...ciExamples['GitHub, a push']!.env, GITHUB_SHA: head };
    assert.equal(headOf(repository.folder, env)?.branch, 'main');
  });

  it('is the pull request’s where its target branch, or a fork’s branch of that name, is checked out', () => {
    const repository = repositoryIn();
    const head = repository.commit();
    const expected = { commit: head, branch: 'pr:12', worktree: 'main' };
    assert.deepEqual(headOf(repository.folder, ciExamples['Drone, a pull request']!.env), expected);
  });
});

function detached(): { readonly folder: string; readonly commit: string } {
  const repository = repositoryIn();
  const head = repository.commit();
  repository.git('checkout', '--quiet', '--detach');
  return { folder: repository.folder, commit: head };
}

function writeHead(folder: string, text: string): void {
  writeFileSync(join(folder, '.git', 'HEAD'), text);
}
