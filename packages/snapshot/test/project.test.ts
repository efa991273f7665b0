import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { projectIdentity } from '../src/project-identity.js';
import { findProjectRoot } from '../src/project-root.js';
import { normaliseRemoteUrl } from '../src/remote-url.js';
import { GitRepository } from './git-repository.js';
import { temporaryDirectory } from './node-process.js';

const secretUrls = [
  'https://user:secret@example.org/a/b.git',
  'https://secret@example.org/a/b.git',
  'https://user:se@secret@example.org/a/b',
  'https://user:se/secret@example.org/a/b',
  'https://user:se?secret@example.org/a/b',
  'https://user:se#secret@example.org/a/b',
  'https://example.org/a/b?token=secret',
  'https://example.org/a/b?token=x@secret',
  'ssh://user:secret@example.org:2222/a/b',
  'user:secret@example.org:a/b',
  'user:se@secret@example.org:a',
  'user:se@secret@example.org',
];

for (const url of secretUrls) {
  test(`the name of ${url} holds no secret`, () => {
    const name = normaliseRemoteUrl(url);
    assert.ok(!name?.includes('secret'), name);
    assert.ok(!name?.includes('user'), name);
  });
}

const sameUrls = [
  'git@github.com:a/b.git',
  'github.com:a/b',
  'ssh://git@github.com/a/b.git',
  'ssh://git@github.com:22/a/b.git',
  'https://github.com/a/b',
  'https://github.com/a/b/',
  'https://github.com:443/a/b.git/',
  'https://user:password@github.com/a/b',
  'HTTPS://GitHub.com/a/b',
  'git://github.com/a/b.git',
  'git+ssh://git@github.com/a/b.git',
  'git@github.com:/a/b.git',
];

for (const url of sameUrls) {
  test(`${url} is github.com/a/b`, () => {
    assert.equal(normaliseRemoteUrl(url), 'github.com/a/b');
  });
}

const otherUrls: readonly (readonly [string, string | undefined])[] = [
  ['', undefined],
  ['https://', undefined],
  ['/', undefined],
  ['https://example.org:8443/a', 'example.org:8443/a'],
  ['ssh://git@example.org:443/a', 'example.org:443/a'],
  ['https://[::1]:8080/a', '[::1]:8080/a'],
  ['git@[::1]:a/b', '[::1]/a/b'],
  ['/home/somebody/b.git', 'b'],
  ['/home/somebody/b/.git', 'b'],
  ['../b', 'b'],
  ['file:///srv/git/b.git', 'b'],
  ['C:\\Users\\somebody\\b.git', 'b'],
  ['C:/Users/somebody/b', 'b'],
  ['\\\\server\\share\\b', 'b'],
  ['/home/some:body/b', 'b'],
  ['codecommit::eu-west-1://profile@b', 'b'],
];

for (const [url, name] of otherUrls) {
  test(`the remote ${JSON.stringify(url)} is ${name ?? 'nothing to name a project after'}`, () => {
    assert.equal(normaliseRemoteUrl(url), name);
  });
}

test('outside git a project is called like its folder', () => {
  const folder = join(temporaryDirectory(), 'app');
  mkdirSync(folder);
  assert.equal(projectIdentity(folder), 'app');
});

test('a broken configuration falls back on the folder’s name', () => {
  const { folder } = new GitRepository(temporaryDirectory());
  writeFileSync(join(folder, '.git', 'config'), '[remote "origin"\nurl = x\n[remote "origin]\n\turl = y');
  assert.equal(projectIdentity(folder), basename(folder));
});

test('a repository is called after its origin, whatever the checkout is called', () => {
  const { folder } = repositoryWithOrigin();
  assert.equal(projectIdentity(folder), 'example.org/a/b');
});

test('only the origin counts', () => {
  const repository = new GitRepository(temporaryDirectory());
  repository.git('remote', 'add', 'upstream', 'https://example.org/a/b');
  assert.equal(projectIdentity(repository.folder), basename(repository.folder));
});

test('a folder below the top level is another project', () => {
  const { folder } = repositoryWithOrigin();
  const below = join(folder, 'packages', 'x');
  mkdirSync(below, { recursive: true });
  assert.equal(projectIdentity(below), 'example.org/a/b//packages/x');
});

test('a linked worktree is the project of the main one', () => {
  const repository = new GitRepository(temporaryDirectory());
  repository.commit();
  const folder = join(temporaryDirectory(), 'second');
  repository.git('worktree', 'add', '--quiet', folder);
  assert.equal(projectIdentity(folder), basename(repository.folder));
  repository.git('remote', 'add', 'origin', 'https://example.org/a/b');
  assert.equal(projectIdentity(folder), 'example.org/a/b');
});

test('a worktree of a bare repository is called like the repository', () => {
  const repository = new GitRepository(temporaryDirectory());
  repository.commit();
  const bare = join(temporaryDirectory(), 'app.git');
  repository.git('clone', '--quiet', '--bare', repository.folder, bare);
  repository.git('--git-dir', bare, 'remote', 'remove', 'origin');
  const folder = join(temporaryDirectory(), 'work');
  repository.git('--git-dir', bare, 'worktree', 'add', '--quiet', folder);
  assert.equal(projectIdentity(folder), 'app');
});

const urlLines = [
  'url=https://example.org/a/b',
  '\tURL = "https://example.org/a/b" ; where it came from',
  '  url = https://exam\\\nple.org/a/b   ',
  'url = https://example.org/"a"/b# comment',
  'fetch = x\r\n\turl = https://example.org/a/b\r',
  'url = https://example.org/a/b\nurl = https://example.org/second',
  'url = https://example.org/a/b\n[remote "other"]\nurl = https://example.org/other',
];

for (const line of urlLines) {
  test(`git’s configuration may read ${JSON.stringify(line)}`, () => {
    const { folder } = new GitRepository(temporaryDirectory());
    writeFileSync(join(folder, '.git', 'config'), `[core]\n\turl = no\n[Remote "origin"] ${line}\n`);
    assert.equal(projectIdentity(folder), 'example.org/a/b');
  });
}

test('a folder without a configuration and outside git is its own root', () => {
  const folder = temporaryDirectory();
  assert.equal(findProjectRoot(folder, 'cleanmiss.config.json'), folder);
});

test('a folder called like the configuration file is none', () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'cleanmiss.config.json'));
  const below = join(folder, 'below');
  mkdirSync(below);
  assert.equal(findProjectRoot(below, 'cleanmiss.config.json'), below);
});

test('git’s top level is the root of what is in it', () => {
  const { folder } = new GitRepository(temporaryDirectory());
  const below = join(folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  assert.equal(findProjectRoot(below, 'cleanmiss.config.json'), folder);
});

test('the nearest configuration wins over git’s top level and over one further up', () => {
  const { folder } = new GitRepository(temporaryDirectory());
  const below = join(folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  for (const place of [folder, join(folder, 'a')]) writeFileSync(join(place, 'cleanmiss.config.json'), '{}');
  assert.equal(findProjectRoot(below, 'cleanmiss.config.json'), join(folder, 'a'));
});

test('a project is the same through a link into it', { skip: process.platform === 'win32' }, () => {
  const { folder } = new GitRepository(temporaryDirectory());
  mkdirSync(join(folder, 'below'));
  const link = join(temporaryDirectory(), 'link');
  symlinkSync(join(folder, 'below'), link);
  assert.equal(findProjectRoot(link, 'cleanmiss.config.json'), folder);
});

test('two checkouts of one origin under different names are one project', () => {
  const { folder } = repositoryWithOrigin();
  const before = projectIdentity(folder);
  const moved = join(temporaryDirectory(), 'elsewhere');
  renameSync(folder, moved);
  assert.equal(projectIdentity(moved), before);
});

function repositoryWithOrigin(): GitRepository {
  const repository = new GitRepository(temporaryDirectory());
  repository.git('remote', 'add', 'origin', 'https://user:password@example.org/a/b.git');
  return repository;
}
