import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { BuildLayout } from '../src/tsc/build/build-layout.js';
import { decodeRecord } from '../src/tsc/build/build-record.js';
import { BuildState } from '../src/tsc/build/build-state.js';
import { possibleOutputs } from '../src/tsc/build/outputs.js';
import { solutionOf, type BuildProject } from '../src/tsc/build/solution.js';

const numRuns = process.env['CLEANMISS_LONG'] === '1' ? 20_000 : 200;
const withLinks = { skip: process.platform === 'win32' && 'Windows lets not everybody make links' };

let place = '';
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'cleanmiss-build-')));
});
afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const sources = {
  'tsconfig.json': '{ "files": [], "references": [{ "path": "b" }] }',
  'a/tsconfig.json': '{ "compilerOptions": { "composite": true, "rootDir": "src", "outDir": "dist" } }',
  'a/src/a.ts': 'export const a = 1;',
  'b/tsconfig.json': '{ "compilerOptions": { "composite": true }, "references": [{ "path": "../a" }] }',
  'b/b.mts': 'export const b = 2;',
};
/** As tsc writes them. */
const outputs = {
  'a/dist/a.js': 'export const a = 1;',
  'a/dist/a.d.ts': 'export declare const a = 1;',
  'a/tsconfig.tsbuildinfo': '{ "fileNames": ["./src/a.ts"] }',
  'b/b.mjs': 'export const b = 2;',
  'b/b.d.mts': 'export declare const b = 2;',
  'b/tsconfig.tsbuildinfo': '{ "fileNames": ["../a/dist/a.d.ts", "./b.mts"] }',
};

function projectsIn(root: string): readonly BuildProject[] {
  const projects = solutionOf([], { cwd: root, root });
  if (typeof projects === 'string') assert.fail(projects);
  return projects;
}

/** A checkout that was built, and its state. */
function built(): string {
  const root = join(place, 'built');
  write(root, sources);
  const state = new BuildState(projectsIn(root), root);
  const stateDir = join(place, 'state');
  mkdirSync(stateDir);
  state.enter(stateDir);
  write(root, outputs);
  state.leave(stateDir);
  return stateDir;
}

/** Another checkout, and which outputs are there after `enter`. */
function broughtTo(stateDir: string, change: (root: string) => void = () => {}): readonly string[] {
  const root = mkdtempSync(join(place, 'checkout-'));
  write(root, sources);
  change(root);
  new BuildState(projectsIn(root), root).enter(stateDir);
  return Object.keys(outputs).filter((path) => existsSync(join(root, path)));
}

const all = Object.keys(outputs);
const ofA = all.filter((path) => path.startsWith('a/'));

describe('the output of a build', () => {
  it('is brought to a checkout where everything is the same', () => {
    assert.deepEqual(broughtTo(built()), all);
  });

  it('has the permissions of a new file, whatever those of the state are', () => {
    const stateDir = built();
    for (const unit of unitsIn(stateDir)) {
      for (const name of readdirSync(join(stateDir, 'build', unit)))
        chmodSync(join(stateDir, 'build', unit, name), 0o600);
    }
    const root = join(place, 'permissions');
    write(root, sources);
    new BuildState(projectsIn(root), root).enter(stateDir);
    const modeOf = (path: string) => statSync(join(root, path)).mode;
    assert.equal(modeOf('a/dist/a.js'), modeOf('a/src/a.ts'));
  });

  const changes: readonly (readonly [string, (root: string) => void, readonly string[]])[] = [
    [
      'a source has changed',
      (root) => {
        write(root, { 'b/b.mts': 'export const b = 3;' });
      },
      ofA,
    ],
    [
      'a source of what it refers to has changed',
      (root) => {
        write(root, { 'a/src/a.ts': '' });
      },
      [],
    ],
    [
      'a source was added',
      (root) => {
        write(root, { 'b/c.ts': '' });
      },
      ofA,
    ],
    [
      'a source is gone',
      (root) => {
        rmSync(join(root, 'b/b.mts'));
      },
      ofA,
    ],
    [
      'a setting has changed',
      (root) => {
        write(root, {
          'b/tsconfig.json':
            '{ "compilerOptions": { "composite": true, "strict": true }, "references": [{ "path": "../a" }] }',
        });
      },
      ofA,
    ],
    [
      'a manifest was added above',
      (root) => {
        write(root, { 'package.json': '{ "type": "module" }' });
      },
      [],
    ],
    [
      'another package is installed',
      (root) => {
        write(root, { 'node_modules/x/package.json': '{ "version": "2.0.0" }' });
      },
      [],
    ],
    [
      'some of it is there',
      (root) => {
        write(root, { 'b/b.mjs': 'mine' });
      },
      [...ofA, 'b/b.mjs'],
    ],
    [
      'a state is there',
      (root) => {
        write(root, { 'a/tsconfig.tsbuildinfo': '{}' });
      },
      ['a/tsconfig.tsbuildinfo'],
    ],
  ];
  for (const [about, change, there] of changes) {
    it(`is not brought where ${about}`, () => {
      assert.deepEqual(broughtTo(built(), change), there);
    });
  }

  it('goes through no link', withLinks, () => {
    const outside = join(place, 'outside');
    mkdirSync(outside);
    const there = broughtTo(built(), (root) => {
      symlinkSync(outside, join(root, 'a/dist'));
    });
    assert.deepEqual(there, []);
    assert.equal(existsSync(join(outside, 'a.js')), false);
  });

  it('is not kept where a part was there before, or is missing', () => {
    for (const [i, change] of [
      (root: string) => {
        rmSync(join(root, 'b/b.mjs'));
        rmSync(join(root, 'b/b.d.mts'));
      },
      (root: string) => {
        write(root, { 'b/tsconfig.tsbuildinfo': 'cut off' });
      },
    ].entries()) {
      const root = join(place, `partly-${String(i)}`);
      write(root, sources);
      const state = new BuildState(projectsIn(root), root);
      const stateDir = join(place, `state-${String(i)}`);
      mkdirSync(stateDir);
      state.enter(stateDir);
      write(root, outputs);
      change(root);
      state.leave(stateDir);
      assert.deepEqual(broughtTo(stateDir), ofA);
    }
  });

  it('is taken back where the check is run once more, cold', () => {
    const stateDir = built();
    const root = join(place, 'again');
    write(root, sources);
    const state = new BuildState(projectsIn(root), root);
    state.enter(stateDir);
    assert.ok(existsSync(join(root, 'a/dist/a.js')));
    rmSync(join(stateDir, 'build'), { recursive: true });
    state.enter(stateDir);
    assert.deepEqual(
      all.filter((path) => existsSync(join(root, path))),
      [],
    );
  });
});

describe('a record that somebody else has made up', () => {
  const strange = [
    '../evil',
    '/etc/evil',
    '.git/hooks/post-checkout',
    'node_modules/x/index.js',
    'a/src/other.ts',
    'a/dist/other.js',
    'evil.sh',
    'a/dist/../../../evil',
  ];
  for (const path of strange) {
    it(`writes nothing to ${path}`, () => {
      const stateDir = built();
      for (const unit of unitsIn(stateDir)) {
        const file = join(stateDir, 'build', unit, 'record');
        const record = JSON.parse(readFileSync(file, 'utf8')) as { outputs: string[] };
        writeFileSync(file, JSON.stringify({ ...record, outputs: [path, ...record.outputs.slice(1)] }));
      }
      assert.deepEqual(broughtTo(stateDir), []);
      assert.equal(existsSync(join(place, 'evil')), false);
    });
  }

  it('is no record, or one of the right shape', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const record = decodeRecord(text);
        if (record) assert.ok(record.outputs.every((path) => typeof path === 'string'));
      }),
      { numRuns },
    );
  });
});

describe('the rules of output', () => {
  it('are those of TypeScript', () => {
    const project = (options: object) => ({ folder: join('/', 'p'), options }) as unknown as BuildProject;
    const source = join('/', 'p', 'src', 'a.ts');
    const of = (options: object) =>
      possibleOutputs(source, [source], project(options)).map((path) =>
        path.replaceAll('\\', '/').replace(/^[A-Z]:/, ''),
      );
    assert.deepEqual(of({ outDir: 'dist', rootDir: 'src' }), [
      '/p/dist/a.js',
      '/p/dist/a.js.map',
      '/p/dist/a.d.ts',
      '/p/dist/a.d.ts.map',
    ]);
    assert.deepEqual(of({}), ['/p/src/a.js', '/p/src/a.js.map', '/p/src/a.d.ts', '/p/src/a.d.ts.map']);
    // With the folder of the configuration as root since TypeScript 6, with that of the sources before.
    assert.ok(['/p/dist/src/a.js', '/p/dist/a.js'].every((path) => of({ outDir: 'dist' }).includes(path)));
  });

  it('know a unit for each project, and no other file', () => {
    const layout = new BuildLayout();
    assert.equal(layout.unitOf('build/0123456789abcdef/record'), '0123456789abcdef');
    assert.equal(layout.unitOf('build/0123456789abcdef/12'), '0123456789abcdef');
    for (const path of [
      'build/0123456789abcdef.making/1',
      'build/x/record',
      'record',
      'build/0123456789abcdef/../x',
    ])
      assert.equal(layout.unitOf(path), undefined, path);
  });
});

function unitsIn(stateDir: string): readonly string[] {
  return readdirSync(join(stateDir, 'build'));
}
