import assert from 'node:assert/strict';
import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  check,
  count,
  git,
  commitAll,
  initialCommit,
  installSet,
  run,
  temporaryDirectory,
  writeProject,
} from '../support/index.js';
import { writeRxjs } from '../support/typescript-project.js';

const tools = [
  { name: 'tsc 7.0', set: 'typescript-7' },
  { name: 'tsc 6.0', set: 'typescript-6' },
  { name: 'tsc 5.9', set: 'typescript-5' },
].slice(0, count({ full: 3, quick: 1 }));

const options = {
  ...{ composite: true, declarationMap: true, sourceMap: true, strict: true, skipLibCheck: true, types: [] },
  ...{
    target: 'es2020',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.asynciterable', 'scripthost'],
  },
};

/** RxJS with all its modules, a project that uses it, and one that uses that. */
function writeSolution(directory: string): void {
  writeRxjs(join(directory, 'rx'));
  // Newer libraries of the DOM have found a mistake in it.
  const socket = join(directory, 'rx/src/internal/observable/dom/WebSocketSubject.ts');
  writeFileSync(socket, `// @ts-nocheck\n${readFileSync(socket, 'utf8')}`);
  const config = (extra: object) => JSON.stringify({ extends: '../base.json', ...extra });
  const out = { rootDir: 'src', outDir: 'dist' };
  writeProject(directory, {
    'base.json': JSON.stringify({ compilerOptions: options }),
    'tsconfig.json': '{ "files": [], "references": [{ "path": "app" }, { "path": "tools" }] }',
    'package.json': '{ "type": "module" }',
    '.gitignore': 'node_modules\ndist\n*.tsbuildinfo\n',
    'rx/tsconfig.json': config({ compilerOptions: out, include: ['src'] }),
    'lib/tsconfig.json': config({ compilerOptions: out, include: ['src'], references: [{ path: '../rx' }] }),
    'lib/src/lib.ts':
      "import { Observable } from '../../rx/src/internal/Observable';\nexport const given = new Observable<number>();\n",
    'app/tsconfig.json': config({ compilerOptions: out, include: ['src'], references: [{ path: '../lib' }] }),
    'app/src/app.ts':
      "import { given } from '../../lib/src/lib';\nexport const taken = given.subscribe((value) => value.toFixed(1));\n",
    // Beside its sources.
    'tools/tsconfig.json': config({ include: ['*.ts'] }),
    'tools/tool.ts': 'export const tool: number = 1;\n',
  });
}

class Solution {
  readonly directory: string;
  readonly #store: string;
  readonly #set: string;

  constructor(directory: string, store: string, set: string) {
    this.directory = directory;
    this.#store = store;
    this.#set = set;
    installSet(set, directory);
  }

  /** What git knows of it, elsewhere, with other times, and never built. */
  clone(target: string, set = this.#set): Solution {
    git(this.directory, 'clone', '--quiet', this.directory, target);
    return new Solution(target, this.#store, set);
  }

  build() {
    return check(['node_modules/.bin/tsc', '-b', '--verbose'], { cwd: this.directory, store: this.#store });
  }

  /** And compares with a build from nothing, in its place; answers which projects were built. */
  async expect(about: string): Promise<readonly string[]> {
    const built = await this.build();
    const files = this.#outputs();
    for (const path of Object.keys(files)) rmSync(join(this.directory, path));
    const alone = await run(['node_modules/.bin/tsc', '-b'], { cwd: this.directory });
    assert.equal(built.code, alone.code, `${about}: ${built.stdout}`);
    assert.deepEqual(errorsIn(built.stdout), errorsIn(alone.stdout), about);
    assert.deepEqual(built.report.degraded, [], about);
    assert.deepEqual(Object.keys(files).sort(), Object.keys(this.#outputs()).sort(), about);
    assert.deepEqual(files, this.#outputs(), about);
    return [...built.stdout.matchAll(/Building project '(.*?)\/tsconfig\.json'/g)].map(([, path]) =>
      path!.split('/').at(-1)!,
    );
  }

  /** What git does not know, and no installer has made. */
  #outputs(): Readonly<Record<string, string>> {
    const list = git(this.directory, 'ls-files', '--others', '--ignored', '--exclude-standard');
    const paths = list
      .split('\n')
      .filter((path) => path !== '' && !/^(node_modules|\.cleanmiss)\//.test(path));
    // The order of what a build state holds is not always the same.
    const contentOf = (path: string) =>
      path.endsWith('.tsbuildinfo') ? '' : readFileSync(join(this.directory, path), 'utf8');
    return Object.fromEntries(paths.map((path) => [path, contentOf(path)]));
  }
}

function errorsIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.includes('error TS'));
}

function first(t: TestContext, set: string): { readonly mine: Solution; readonly place: string } {
  const place = temporaryDirectory(t);
  writeSolution(join(place, 'mine'));
  initialCommit(join(place, 'mine'));
  return { mine: new Solution(join(place, 'mine'), join(place, 'store'), set), place };
}

describe('tsc -b', () => {
  for (const { name, set: installed } of tools) {
    it(`of ${name} finds a fresh clone up to date, and builds what has changed`, async (t) => {
      const { mine, place } = first(t, installed);
      assert.deepEqual((await mine.expect('cold')).slice().sort(), ['app', 'lib', 'rx', 'tools']);

      const theirs = mine.clone(join(place, 'elsewhere/of/theirs'));
      assert.deepEqual(await theirs.expect('a fresh clone'), []);

      // From here on each clone differs in one thing from what was built.
      const changed = async (about: string, change: (directory: string) => void) => {
        const clone = mine.clone(join(place, about.replaceAll(' ', '-')));
        change(clone.directory);
        // Older than all that is brought: tsc itself would not see it.
        age(clone.directory);
        return await clone.expect(about);
      };
      const leaf = await changed('a changed leaf', (directory) => {
        writeFileSync(
          join(directory, 'app/src/app.ts'),
          "import { given } from '../../lib/src/lib';\nexport const taken = given;\n",
        );
      });
      assert.deepEqual(leaf, ['app']);
      const root = await changed('a changed root', (directory) => {
        writeFileSync(join(directory, 'lib/src/lib.ts'), "export const given = 'no longer one';\n");
      });
      assert.deepEqual(root, ['lib', 'app']);
      // What another clone has left may be what it starts from: then more is built than must be, and never less.
      const added = await changed('an added source', (directory) => {
        writeFileSync(join(directory, 'tools/more.ts'), 'export const more = 1;\n');
      });
      assert.ok(added.includes('tools') && !added.includes('rx'), added.join());
      if (count({ full: 1, quick: 0 }) === 0) return;
      const less = await changed('a source less', (directory) => {
        rmSync(join(directory, 'app/src/app.ts'));
        writeFileSync(join(directory, 'app/src/other.ts'), 'export const other = 1;\n');
      });
      assert.ok(less.includes('app') && !less.includes('rx'), less.join());
      const options = await changed('other settings', (directory) => {
        const text = readFileSync(join(directory, 'base.json'), 'utf8');
        writeFileSync(
          join(directory, 'base.json'),
          text.replace('"es2020"', '"es5"').replace('"es5"', '"es2019"'),
        );
      });
      assert.deepEqual(options.slice().sort(), ['app', 'lib', 'rx', 'tools']);
      const other = await changed('another kind of module', (directory) => {
        writeFileSync(join(directory, 'tools/package.json'), '{ "type": "commonjs" }');
      });
      assert.ok(other.includes('tools'), other.join());
    });
  }

  it('brings nothing where there is output already, or a link in its place', async (t) => {
    const { mine, place } = first(t, 'typescript-7');
    await mine.build();
    const edited = mine.clone(join(place, 'edited'));
    writeProject(edited.directory, { 'tools/tool.js': 'mine\n' });
    const outside = join(place, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(edited.directory, 'app/dist'));
    const { report, code } = await edited.build();
    assert.equal(code, 0);
    assert.equal(report.outcome, 'hit');
    // As tsc does it by itself: it wrote over the one, and through the other. None of it was ours to do.
    assert.ok(existsSync(join(edited.directory, 'tools/tool.js')));
    assert.ok(readdirSync(outside).includes('app.js'));
  });

  it('stores nothing of a build with errors, and nothing that was there before', async (t) => {
    const { mine, place } = first(t, 'typescript-7');
    writeFileSync(join(mine.directory, 'tools/tool.ts'), 'export const tool: number = "";\n');
    const failed = await mine.build();
    assert.notEqual(failed.code, 0);
    assert.equal(failed.report.published.files, 0);
    writeFileSync(join(mine.directory, 'tools/tool.ts'), 'export const tool: number = 2;\n');
    const mended = await mine.build();
    assert.equal(mended.code, 0);
    commitAll(mine.directory, 'Mended');
    const theirs = mine.clone(join(place, 'theirs'));
    // What the first build had left, the second one did not write.
    assert.deepEqual((await theirs.expect('a fresh clone')).slice().sort(), ['app', 'lib', 'rx', 'tools']);
  });

  it('is passed through with what makes of it something else', async (t) => {
    const { mine, place } = first(t, 'typescript-7');
    for (const option of ['--force', '--clean', '--dry']) {
      const ended = await check(['node_modules/.bin/tsc', '-b', option], {
        cwd: mine.directory,
        store: join(place, 'store'),
      });
      assert.equal(ended.report.reason, 'passed-through', option);
    }
  });
});

function age(directory: string): void {
  const time = new Date('2020-01-01T00:00:00Z');
  const paths = git(directory, 'ls-files', '--cached', '--others', '--exclude-standard').split('\n');
  for (const path of paths.filter((one) => one !== '' && existsSync(join(directory, one))))
    utimesSync(join(directory, path), time, time);
}
