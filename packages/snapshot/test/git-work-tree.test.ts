import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readHead } from '../src/git-head.js';
import { readWorkTree, type WorkTree } from '../src/git-work-tree.js';
import { fakeGit, gitEnv, repositoryIn, type GitRepository } from './git-repository.js';
import { temporaryDirectory } from './node-process.js';

const isWindows = process.platform === 'win32';
const inCi = { ...gitEnv, CI: 'true' };

test('outside git nobody can tell', async () => {
  assert.equal(await workTreeOf(temporaryDirectory()), 'unknown');
});

test('without git on the PATH nobody can tell', async () => {
  const { folder } = committed();
  assert.equal(await workTreeOf(folder, { PATH: temporaryDirectory() }), 'unknown');
});

test('a git that does not answer is given up', { skip: isWindows }, async () => {
  const { folder } = committed();
  const env = { PATH: `${fakeGit('exec sleep 1000')}:${process.env['PATH'] ?? ''}` };
  assert.equal(await readWorkTree(folder, readHead(folder), { env, timeoutMs: 100 }), 'unknown');
});

test(
  'of a git that ends in the middle, what it found counts and what it did not find does not',
  { skip: isWindows },
  async () => {
    const { folder } = committed();
    const head = `# branch.oid ${readHead(folder)!.commit!}`;
    const env = (lines: string) => ({ PATH: fakeGit(`printf '${lines}'; exit 1`) });
    assert.equal(await workTreeOf(folder, env(`${head}\\n`)), 'unknown');
    assert.equal(await workTreeOf(folder, env(`${head}\\n? new`)), 'dirty');
  },
);

test(
  'in a repository that git refuses, as another user’s, nobody can tell',
  { skip: process.getuid?.() !== 0 },
  async () => {
    const { folder } = committed();
    for (const path of [folder, join(folder, '.git')]) chownSync(path, 12345, 12345);
    assert.equal(await workTreeOf(folder), 'unknown');
  },
);

for (const [what, change] of Object.entries<(repository: GitRepository) => void>({
  'a changed file': ({ folder }) => appendFileSync(join(folder, 'file'), 'more'),
  'a file that is gone': ({ folder }) => rmSync(join(folder, 'file')),
  'a change that is staged and taken back in the work tree': (repository) => {
    const path = join(repository.folder, 'file');
    const before = readFileSync(path);
    writeFileSync(path, 'staged');
    repository.git('add', '.');
    writeFileSync(path, before);
  },
  'a new file that is staged': (repository) => {
    writeFileSync(join(repository.folder, 'new'), '');
    repository.git('add', '.');
  },
  'a merge in the middle': conflict,
})) {
  test(`${what} is dirty, in CI too`, async () => {
    const repository = committed();
    change(repository);
    assert.equal(await workTreeOf(repository.folder), 'dirty');
    assert.equal(await workTreeOf(repository.folder, inCi), 'dirty');
  });
}

test('a change outside the folder that is checked is dirty', async () => {
  const { folder } = committed();
  mkdirSync(join(folder, 'below'));
  appendFileSync(join(folder, 'file'), 'more');
  assert.equal(await workTreeOf(join(folder, 'below')), 'dirty');
});

test('a checkout of another commit since the head was read is dirty', async () => {
  const repository = committed();
  const head = readHead(repository.folder);
  repository.commit();
  assert.equal(await readWorkTree(repository.folder, head, { env: gitEnv }), 'dirty');
});

test('a new file that git does not know is dirty, whatever the user lets git show', async () => {
  const repository = committed();
  repository.git('config', 'status.showUntrackedFiles', 'no');
  writeFileSync(join(repository.folder, 'new.py'), '');
  assert.equal(await workTreeOf(repository.folder), 'dirty');
  assert.equal(await workTreeOf(repository.folder, { ...gitEnv, CI: 'false' }), 'dirty');
});

test('in CI what a job leaves beside the checkout is not dirty', async () => {
  const { folder } = committed();
  writeFileSync(join(folder, 'new.py'), '');
  assert.equal(await workTreeOf(folder, inCi), 'clean');
  assert.equal(await workTreeOf(folder, { ...gitEnv, TF_BUILD: 'True' }), 'clean');
});

test('a submodule with a change, or at another commit, is dirty, though it is configured to be ignored', async () => {
  const { repository, submodule } = withSubmodule();
  appendFileSync(join(submodule, 'file'), 'more');
  assert.equal(await workTreeOf(repository.folder, inCi), 'dirty');
  repository.git('-C', submodule, 'commit', '--quiet', '--all', '-m', 'in the submodule');
  assert.equal(await workTreeOf(repository.folder, inCi), 'dirty');
});

test('a new file in a submodule is dirty, but not in CI', async () => {
  const { repository, submodule } = withSubmodule();
  assert.equal(await workTreeOf(repository.folder), 'clean');
  writeFileSync(join(submodule, 'new.py'), '');
  assert.equal(await workTreeOf(repository.folder), 'dirty');
  assert.equal(await workTreeOf(repository.folder, inCi), 'clean');
});

test('what a hook says of its own index does not count', async () => {
  const { folder } = committed();
  const env = { ...gitEnv, GIT_INDEX_FILE: join(temporaryDirectory(), 'index') };
  assert.equal(await workTreeOf(folder, env), 'clean');
});

test('a program that git was configured to ask for changes is not started', { skip: isWindows }, async () => {
  const repository = committed();
  const [program, trace] = ['program', 'trace'].map((name) => join(temporaryDirectory(), name)) as [
    string,
    string,
  ];
  writeFileSync(program, `#!/bin/sh\ntouch ${trace}\n`);
  chmodSync(program, 0o755);
  repository.git('config', 'core.fsmonitor', program);
  assert.equal(await workTreeOf(repository.folder), 'clean');
  assert.equal(existsSync(trace), false);
});

test('a file that was only touched is clean, and the index is left as it was', async () => {
  const { folder } = committed();
  const index = join(folder, '.git', 'index');
  const before = readFileSync(index);
  utimesSync(join(folder, 'file'), 1, 1);
  assert.equal(await workTreeOf(folder), 'clean');
  assert.deepEqual(readFileSync(index), before);
});

test('a file that git was told to overlook is overlooked', async () => {
  const repository = committed();
  repository.git('update-index', '--assume-unchanged', 'file');
  appendFileSync(join(repository.folder, 'file'), 'more');
  assert.equal(await workTreeOf(repository.folder), 'clean');
});

test('a linked worktree is looked at by itself', async () => {
  const repository = committed();
  const linked = join(temporaryDirectory(), 'linked');
  repository.git('worktree', 'add', '--quiet', '-b', 'side', linked);
  appendFileSync(join(linked, 'file'), 'more');
  assert.equal(await workTreeOf(linked), 'dirty');
  assert.equal(await workTreeOf(repository.folder), 'clean');
});

test('a commit with nothing but ignored files beside it is clean', async () => {
  for (const initArgs of [[], ['--object-format=sha256']]) {
    const repository = committed(...initArgs);
    mkdirSync(join(repository.folder, 'cache'));
    writeFileSync(join(repository.folder, 'cache', '.gitignore'), '*');
    writeFileSync(join(repository.folder, 'cache', 'file'), '');
    assert.equal(await workTreeOf(repository.folder), 'clean');
  }
});

test('before the first commit a work tree without files is clean', async () => {
  assert.equal(await workTreeOf(repositoryIn().folder), 'clean');
});

function workTreeOf(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = gitEnv,
): Promise<WorkTree> {
  return readWorkTree(folder, readHead(folder), { env });
}

function committed(...initArgs: readonly string[]): GitRepository {
  const repository = repositoryIn(...initArgs);
  repository.commit();
  return repository;
}

function conflict(repository: GitRepository): void {
  repository.git('checkout', '--quiet', '-b', 'side');
  repository.commit();
  repository.git('checkout', '--quiet', 'main');
  repository.commit();
  assert.throws(() => repository.git('merge', '--quiet', 'side'));
}

function withSubmodule(): { readonly repository: GitRepository; readonly submodule: string } {
  const [library, repository] = [committed(), repositoryIn()];
  repository.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    library.folder,
    'library',
  );
  repository.git('config', '--file', '.gitmodules', 'submodule.library.ignore', 'all');
  repository.commit();
  return { repository, submodule: join(repository.folder, 'library') };
}
