import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { JsonObject } from '@cleanmiss/core';
import type { UnitState } from '@cleanmiss/snapshot';
import { MypyLayout } from '../src/mypy/mypy-layout.js';
import { temporaryFolder, writeFiles } from './support/folder.js';
import { stateOf } from './support/state.js';

const layout = new MypyLayout({ cwd: '/project', root: '/project', isFixed: false });

function layoutOf(files: Readonly<Record<string, string>>, below = '.') {
  const root = temporaryFolder();
  writeFiles(root, files);
  const cwd = join(root, below);
  return { root, cwd, layout: new MypyLayout({ cwd, root, isFixed: false }) };
}

function unit(name: string, facts: JsonObject): UnitState {
  return { name, files: [], facts, touched: false, before: facts };
}

describe("the files of mypy's state", () => {
  it('stay where they are if they are temporary, or of no use elsewhere', () => {
    for (const path of [
      '3.11/a.meta.json.0123456789abcdef',
      '3.11/a.data.ff.0123456789abcdef',
      'missing_stubs',
      '.gitignore',
      'CACHEDIR.TAG',
      '.worker_options.abc.data',
      '3.11/cache.db-shm',
      '3.11/cache.3.db-shm',
      '3.11/a.deps.json',
      '3.11/@deps.meta.json',
      '3.11/@root.deps.json',
      '3.11/a.refs.json',
      'a.meta.json',
    ]) {
      assert.equal(layout.unitOf(path), undefined, path);
    }
  });

  it('are units module by module', () => {
    for (const suffix of [
      'meta.json',
      'data.json',
      'meta.ff',
      'data.ff',
      'err.ff',
      'err.json',
      'meta_ex.ff',
      'meta_ex.json',
    ]) {
      assert.equal(layout.unitOf(`3.11/pkg/mod.${suffix}`), '3.11/pkg/mod');
    }
    assert.equal(layout.unitOf('3.11/pkg/__init__.meta.json'), '3.11/pkg/__init__');
    assert.equal(layout.unitOf('3.11/meta.meta.json'), '3.11/meta');
    // Should a later mypy have more files of a module, they belong to it.
    assert.equal(layout.unitOf('3.11/pkg/mod.to_come.ff'), '3.11/pkg/mod');
  });

  it('are one unit as databases, with what is not in them yet', () => {
    for (const name of [
      'cache.db',
      'cache.db-wal',
      'cache.db-journal',
      'cache.0.db',
      'cache.15.db',
      'cache.15.db-wal',
    ]) {
      assert.equal(layout.unitOf(`3.11/${name}`), '3.11/@database');
    }
  });

  it('are of no use without the plugins of the run before', () => {
    const plugins = layout.unitOf('3.11/@plugins_snapshot.json')!;
    assert.ok(layout.isRequired(plugins));
    assert.ok(!layout.isRequired('3.11/pkg/mod'));
    assert.equal(layout.writing('3.11/@plugins_snapshot.json'), 'every-run');
    assert.equal(layout.writing('3.11/a.meta.json'), 'replaced');
    assert.equal(layout.writing('3.11/cache.db'), 'in-place');
  });

  it('keep the time of their data', () => {
    assert.ok(layout.keepsTime('3.11/a.data.json'));
    assert.ok(layout.keepsTime('3.11/a.data.ff'));
    for (const path of [
      '3.11/a.meta.json',
      '3.11/a.err.ff',
      '3.11/@plugins_snapshot.json',
      '3.11/cache.db',
    ]) {
      assert.ok(!layout.keepsTime(path), path);
    }
  });
});

describe('what is remembered of a module', () => {
  const factsOf = (files: Readonly<Record<string, string>>, subject: MypyLayout = layout) => {
    const { paths, read } = stateOf(files);
    return subject.factsOf('3.11/c', paths, read);
  };
  const old = (path: string) => JSON.stringify({ path, interface_hash: 'i', dependencies: [] });
  const guarded = (path: string, errors: readonly unknown[] = []) =>
    JSON.stringify({ path, interface_hash: 'i', dependencies: [], dep_hashes: [], error_lines: errors });

  it('is that it is unfit where mypy would stumble over it or never repair it', () => {
    const data = { '3.11/c.data.json': '{}' };
    for (const meta of ['', 'garbage', '[]', old('c.py').slice(0, -3)]) {
      assert.deepEqual(factsOf({ ...data, '3.11/c.meta.json': meta }), { unfit: 'damaged' });
    }
    assert.deepEqual(factsOf({ '3.11/c.data.ff': 'x', '3.11/c.meta.ff': '' }), { unfit: 'damaged' });
    assert.deepEqual(factsOf(data), { unfit: 'incomplete' });
    assert.deepEqual(factsOf({ '3.11/c.meta.json': old('c.py') }), { unfit: 'incomplete' });
  });

  it('is nothing where its format is not known', () => {
    assert.deepEqual(factsOf({ '3.11/c.data.ff': 'x', '3.11/c.meta.ff': 'to come' }), {});
  });

  it('is its source as the project knows it, and its interface where mypy keeps no account of it', () => {
    const { root, layout: own } = layoutOf({ 'sub/c.py': '', 'c.py': '' }, 'sub');
    const facts = (path: string) => factsOf({ '3.11/c.data.json': '{}', '3.11/c.meta.json': old(path) }, own);
    assert.deepEqual(facts('c.py'), { source: 'c.py', interface: 'i' });
    assert.deepEqual(facts(join(root, 'sub/c.py')), { source: 'c.py', interface: 'i' });
    assert.deepEqual(facts(join(root, 'c.py')), { source: '../c.py', interface: 'i' });
    assert.deepEqual(facts('/lib/c.py'), { source: '/lib/c.py', interface: 'i' });
    // A nested mypy that ran in another directory.
    assert.deepEqual(facts('elsewhere/c.py'), { interface: 'i' });
  });

  it('is that it is unfit where its cached errors name a place on this machine', () => {
    const error = (path: string) => [path, 1, 0, 1, 1, 'error', 'Bad', null];
    const facts = (path: string, errors: readonly unknown[], isFixed = false) => {
      const own = new MypyLayout({ cwd: '/project', root: '/project', isFixed });
      return factsOf({ '3.11/c.data.json': '{}', '3.11/c.meta.json': guarded(path, errors) }, own)['unfit'];
    };
    assert.equal(facts('/lib/c.py', [error('/lib/c.py')]), 'names its place');
    // --show-absolute-path
    assert.equal(facts('c.py', [error('/project/c.py')]), 'names its place');
    assert.equal(facts('c.py', [error('/project/c.py')], true), undefined);
    assert.equal(facts('/lib/c.py', []), undefined);
    assert.equal(facts('/project/c.py', [error('c.py')]), undefined);
  });
});

describe('what is remembered of a database', () => {
  const factsOf = (content: string) => {
    const { paths, read } = stateOf({ '3.11/cache.db': 'SQLite', '3.11/cache.db-wal': content });
    return layout.factsOf('3.11/@database', paths, read);
  };

  it('is that it is unfit where it may hold metas that do not guard their dependencies', () => {
    assert.deepEqual(factsOf('...builtins.meta.json...'), { unfit: 'unguarded' });
  });

  it('is nothing where every meta guards its own', () => {
    assert.deepEqual(factsOf('...builtins.meta.ff...'), {});
  });
});

describe('what is remembered of the plugins', () => {
  it('is that the file is unfit where mypy would stumble over it', () => {
    const { paths, read } = stateOf({ '3.11/@plugins_snapshot.json': 'garb' });
    assert.deepEqual(layout.factsOf('3.11/@plugins', paths, read), { unfit: 'damaged' });
  });

  it('is another for another plugin', () => {
    const facts = ['{}', '{"p":"none:abc"}'].map((text) => {
      const { paths, read } = stateOf({ '3.11/@plugins_snapshot.json': text });
      return layout.factsOf('3.11/@plugins', paths, read)['plugins'];
    });
    assert.equal(typeof facts[0], 'string');
    assert.notEqual(facts[0], facts[1]);
  });
});

describe('units that are not kept', () => {
  const dropped = (own: MypyLayout, units: readonly UnitState[]) =>
    [...own.unitsToDrop(units, () => undefined)].sort();

  it('are those that are unfit', () => {
    assert.deepEqual(dropped(layout, [unit('3.11/@database', { unfit: 'unguarded' })]), ['3.11/@database']);
  });

  it('are those whose source is gone', () => {
    const { root, layout: own } = layoutOf({ 'pkg/a.py': '', 'pkg/b.py': '' });
    const units = [unit('3.11/pkg/a', { source: 'pkg/a.py' }), unit('3.11/pkg/b', { source: 'pkg/b.py' })];
    assert.deepEqual(dropped(own, units), []);
    rmSync(join(root, 'pkg/b.py'));
    assert.deepEqual(dropped(own, units), ['3.11/pkg/b']);
  });

  it('are libraries that were here and went, but not those of another machine', () => {
    const { root, layout: own } = layoutOf({ 'site-packages/other.py': '' });
    const here = join(root, 'site-packages');
    const units = [
      unit('3.11/lib/gone', { source: join(here, 'lib/gone.py') }),
      unit('3.11/other', { source: join(here, 'other.py') }),
      unit('3.11/lib/theirs', { source: '/home/theirs/site-packages/lib/theirs.py' }),
      unit('3.11/unknown', {}),
    ];
    assert.deepEqual(dropped(own, units), ['3.11/lib/gone']);
  });
});
