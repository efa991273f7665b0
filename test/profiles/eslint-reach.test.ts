import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  answerOf,
  check,
  type Checked,
  count,
  git,
  initialCommit,
  itInFull,
  npmSet,
  run,
  temporaryDirectory,
  writeProject,
} from '../support/index.js';

/** A rule that notes down, outside of the project, which files it looks at. */
const counting = `
import { appendFileSync } from 'node:fs';
const seen = { create: ({ filename }) => ({ Program() { appendFileSync(process.env.SEEN, filename + '\\n'); } }) };
`;

/** Rules that need types, and the project's place in the configuration, as is usual. */
const typed = `
import typescript from 'typescript-eslint';
${counting}
const parserOptions = { projectService: true, tsconfigRootDir: import.meta.dirname };
export default [{
  files: ['**/*.ts'],
  plugins: { '@typescript-eslint': typescript.plugin, local: { rules: { seen } } },
  languageOptions: { parser: typescript.parser, parserOptions },
  rules: { '@typescript-eslint/no-floating-promises': 'error', 'local/seen': 'error' },
}];
`;

const looksAround = `
import { existsSync } from 'node:fs';
const wanted = { create: (context) => ({ Program(node) {
  if (!existsSync(import.meta.dirname + '/wanted.txt')) context.report({ node, message: 'wanted.txt is missing' });
} }) };
export default [{ plugins: { local: { rules: { wanted } } }, rules: { 'local/wanted': 'error' } }];
`;

const namelessParser = `
import { parse } from '${join(npmSet('eslint-9'), 'espree', 'espree.js')}';
export default [{ languageOptions: { parser: { parse } }, rules: { 'no-debugger': 'error' } }];
`;

const typedProject = {
  'eslint.config.mjs': typed,
  'tsconfig.json': '{ "compilerOptions": { "types": [] }, "include": ["src"] }',
  'src/a.ts': 'export function save(): void {}\n',
  'src/b.ts': "import { save } from './a.js';\nsave();\n",
};

describe('what a result of ESLint depends on', () => {
  it('tells a mistake in a file that has not changed, when a type has changed elsewhere', async (t) => {
    const mine = makeCheckout(t, typedProject);
    await mine.check();
    assert.equal(mine.seen().length, 2);
    await mine.check();
    assert.equal(mine.seen().length, 0);
    // Another place, which the configuration holds.
    const theirs = mine.clone('elsewhere/of/theirs');
    const { report, code: before } = await theirs.check();
    assert.equal(report.outcome, 'hit');
    assert.equal(before, 0);
    assert.deepEqual(theirs.seen(), []);
    theirs.write({ 'src/a.ts': 'export async function save(): Promise<void> {}\n' });
    const { code, stdout } = await theirs.checkBoth();
    assert.equal(code, 1);
    assert.match(stdout, /b\.ts[^]*no-floating-promises/);
  });

  itInFull('tells what a rule of the project finds beside the files', async (t) => {
    const mine = makeCheckout(t, {
      'eslint.config.mjs': looksAround,
      'src/a.js': 'a();\n',
      'wanted.txt': '',
    });
    assert.equal((await mine.checkBoth()).code, 0);
    rmSync(join(mine.directory, 'wanted.txt'));
    assert.match((await mine.checkBoth()).stdout, /wanted\.txt is missing/);
  });

  it('checks without a cache where ESLint has no name for a parser', async (t) => {
    const mine = makeCheckout(t, { 'eslint.config.mjs': namelessParser, 'src/a.js': 'debugger;\n' });
    const { code, stdout } = await mine.checkBoth();
    assert.equal(code, 1);
    assert.match(stdout, /no-debugger/);
  });

  itInFull(
    'does not take the results from before a fix for those of the file that was to be fixed',
    async (t) => {
      const config = "export default [{ rules: { 'prefer-const': 'error', 'no-debugger': 'error' } }];\n";
      const mine = makeCheckout(t, { 'eslint.config.mjs': config, 'src/a.js': 'debugger;\n' });
      await mine.checkBoth();
      mine.write({ 'src/a.js': 'let a = 1;\na();\n' });
      await mine.checkBoth(['--fix-dry-run']);
      const { stdout } = await mine.checkBoth();
      assert.match(stdout, /prefer-const/);
      assert.doesNotMatch(stdout, /no-debugger/);
    },
  );

  const shown = [['-f', 'json'], ['--quiet'], ['--max-warnings', '0']];
  for (const args of shown.slice(0, count({ full: shown.length, quick: 1 }))) {
    it(`says the same with and without results: ${args.join(' ')}`, async (t) => {
      const config = "export default [{ rules: { 'no-var': 'warn', 'no-debugger': 'error' } }];\n";
      const mine = makeCheckout(t, {
        'eslint.config.mjs': config,
        'src/a.js': 'var a = 1;\n',
        'src/b.js': 'debugger;\n',
      });
      await mine.checkBoth(args);
      await mine.checkBoth();
      await mine.checkBoth(args);
    });
  }
});

function commandWith(args: readonly string[]): readonly string[] {
  return ['node_modules/.bin/eslint', 'src', ...args];
}

function makeCheckout(t: TestContext, files: Readonly<Record<string, string>>): Checkout {
  const place = temporaryDirectory(t);
  const directory = join(place, 'mine');
  writeProject(directory, { ...files, '.gitignore': 'node_modules\n' });
  initialCommit(directory);
  return new Checkout(place, directory);
}

class Checkout {
  readonly #place: string;
  readonly directory: string;

  constructor(place: string, directory: string) {
    this.#place = place;
    this.directory = directory;
    symlinkSync(npmSet('eslint-9'), join(directory, 'node_modules'), 'dir');
  }

  clone(name: string): Checkout {
    const target = join(this.#place, name);
    git(this.#place, 'clone', '--quiet', this.directory, target);
    return new Checkout(this.#place, target);
  }

  write(files: Readonly<Record<string, string>>): void {
    writeProject(this.directory, files);
  }

  /** With us. */
  async check(args: readonly string[] = []): Promise<Checked> {
    const options = { cwd: this.directory, env: { SEEN: this.#seenFile } };
    const checked = await check(commandWith(args), { ...options, store: join(this.#place, 'store') });
    assert.deepEqual(checked.report.degraded, []);
    return checked;
  }

  /** With us, and then ESLint alone: the answers must be the same. */
  async checkBoth(args: readonly string[] = []): Promise<Checked> {
    const checked = await this.check(args);
    const env = { SEEN: join(this.#place, 'ignored') };
    const alone = await run(commandWith(args), { cwd: this.directory, env });
    assert.deepEqual(answerOf(checked), answerOf(alone));
    return checked;
  }

  /** The files that were looked at with us since the last call. */
  seen(): readonly string[] {
    if (!existsSync(this.#seenFile)) return [];
    const lines = readFileSync(this.#seenFile, 'utf8').trim().split('\n');
    rmSync(this.#seenFile);
    return lines;
  }

  get #seenFile(): string {
    return join(this.#place, 'seen');
  }
}
