import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CleanFilesState } from '../src/entry-cache/clean-files.js';
import { ProjectInputs } from '../src/npm/project-inputs.js';
import { mayLookAround } from '../src/stylelint/stylelint-config.js';
import { prettierProfile } from '../src/prettier/prettier-profile.js';
import { ruffProfile } from '../src/ruff/ruff-profile.js';
import { stylelintProfile } from '../src/stylelint/stylelint-profile.js';
import { temporaryFolder, writeFiles } from './support/folder.js';
import { NpmProject } from './support/npm-project.js';

/** A checker that finds nothing in any file but those that are not named to be passed by. */
class Checkout {
  readonly root = join(temporaryFolder(), 'project');
  readonly stateDir = join(this.root, '.cleanmiss/state');
  readonly #looksAround: boolean;

  constructor(files: Readonly<Record<string, string>>, looksAround = false) {
    this.#looksAround = looksAround;
    writeFiles(this.root, files);
  }

  /** Answers the files that are passed by; `found` are in order. */
  run(found: readonly string[], during: () => void = () => {}): readonly string[] {
    const state = new CleanFilesState({
      checker: 'tool',
      root: this.root,
      looksAround: this.#looksAround,
      leavesOne: false,
      patternsFrom: () => this.root,
      cleanIn: () => found.map((name) => join(this.root, name)),
    });
    // A file that changes in the tick in which the checker is started may have changed after it.
    awaitTick(this.root);
    state.enter(this.stateDir);
    const passedBy = readFileSync(join(this.stateDir, 'tool/ignore'), 'utf8').split('\n').filter(Boolean);
    during();
    state.leave(this.stateDir);
    return passedBy;
  }
}

/** Until the clock of the file system has moved. */
function awaitTick(folder: string): void {
  const file = join(folder, '.tick');
  const now = () => {
    writeFileSync(file, '');
    return statSync(file, { bigint: true }).ctimeNs;
  };
  const start = now();
  while (now() === start);
  rmSync(file);
}

describe('files in which nothing was found', () => {
  it('are passed by, here and where the same is checked out', () => {
    const mine = new Checkout({ 'a.css': 'a', 'b/[c].css': 'c' });
    assert.deepEqual(mine.run(['a.css', 'b/[c].css']), []);
    assert.deepEqual(mine.run([]), ['a.css', 'b/\\[c\\].css']);
    const theirs = new Checkout({ 'a.css': 'a', 'b/[c].css': 'other' });
    mkdirSync(join(theirs.stateDir, 'tool'), { recursive: true });
    writeFileSync(join(theirs.stateDir, 'tool/shared'), readFileSync(join(mine.stateDir, 'tool/shared')));
    assert.deepEqual(theirs.run([]), ['a.css']);
  });

  it('are checked again when they change, and passed by when that is taken back', () => {
    const mine = new Checkout({ 'a.css': 'a' });
    mine.run(['a.css']);
    writeFiles(mine.root, { 'a.css': 'changed' });
    assert.deepEqual(mine.run([]), []);
    writeFiles(mine.root, { 'a.css': 'a' });
    assert.deepEqual(mine.run([]), ['a.css']);
  });

  it('are not known where they changed while the checker ran', () => {
    const mine = new Checkout({ 'a.css': 'a' });
    mine.run(['a.css'], () => writeFiles(mine.root, { 'a.css': 'changed' }));
    assert.deepEqual(mine.run([]), []);
  });

  it('are not passed by beside one whose name differs in case alone', () => {
    const mine = new Checkout({ 'x/a.css': 'a', 'x/A.css': 'bad' });
    mine.run(['x/a.css']);
    assert.deepEqual(mine.run([]), []);
  });

  it('are all checked again after any change, where rules look around', () => {
    const mine = new Checkout({ 'a.css': 'a', 'tokens.json': '{}' }, true);
    mine.run(['a.css']);
    assert.deepEqual(mine.run([]), ['a.css']);
    writeFiles(mine.root, { 'tokens.json': '{ }' });
    assert.deepEqual(mine.run([]), []);
  });

  it('never lead out of the project, whoever wrote their names', () => {
    const mine = new Checkout({ 'a.css': 'a' });
    mkdirSync(join(mine.stateDir, 'tool'), { recursive: true });
    const shared = { format: 1, inputs: null, files: { '../b.css': 'x', 'a.css': 7, '/etc/passwd': 'x' } };
    writeFileSync(join(mine.stateDir, 'tool/shared'), JSON.stringify(shared));
    assert.deepEqual(mine.run([]), []);
  });
});

describe('all that a check may read', () => {
  const files = { 'a.ts': 'a', 'b/c.json': 'c', 'node_modules/x/package.json': '{ "version": "1.0.0" }' };
  const changes: Readonly<Record<string, (root: string) => void>> = {
    'a file is changed': (root) => writeFiles(root, { 'a.ts': 'b' }),
    'a file is added': (root) => writeFiles(root, { 'b/d.json': '' }),
    'a file is removed': (root) => rmSync(join(root, 'a.ts')),
    'a file is renamed': (root) => renameSync(join(root, 'a.ts'), join(root, 'z.ts')),
    'another version is installed': (root) =>
      writeFiles(root, { 'node_modules/x/package.json': '{ "version": "1.0.1" }' }),
  };

  for (const [about, change] of Object.entries(changes)) {
    it(`is something else when ${about}`, () => {
      const root = temporaryFolder();
      writeFiles(root, files);
      const inputs = new ProjectInputs(root);
      const before = inputs.digest();
      assert.equal(inputs.digest(), before);
      change(root);
      assert.notEqual(inputs.digest(), before);
      assert.equal(inputs.digest(), new ProjectInputs(root).digest());
    });
  }

  it('is the same in every checkout, whatever checkers have written there', () => {
    const roots = [temporaryFolder(), temporaryFolder()];
    for (const root of roots) writeFiles(root, files);
    writeFiles(roots[1]!, {
      '.cleanmiss/x': '1',
      '.git/HEAD': 'x',
      'a.tsbuildinfo': '',
      'coverage/x.js': '',
    });
    const [one, other] = roots.map((root) => new ProjectInputs(root).digest());
    assert.equal(one, other);
  });

  for (const link of ['linked', 'node_modules/linked'])
    it(`cannot be told where a link leads out of the project: ${link}`, () => {
      const root = temporaryFolder();
      writeFiles(root, files);
      symlinkSync(temporaryFolder(), join(root, link), 'dir');
      assert.equal(new ProjectInputs(root).digest(), undefined);
    });
});

describe('settings of Stylelint', () => {
  for (const text of [
    '{ "extends": "stylelint-config-standard", "rules": { "block-no-empty": true } }',
    '{ "extends": ["stylelint-config-recommended", "stylelint-config-standard"] }',
    'extends:\n  - stylelint-config-standard\nrules:\n  block-no-empty: true\n',
    "export default { extends: 'stylelint-config-standard', customSyntax: 'postcss-scss' };",
  ])
    it(`look at one file at a time: ${text}`, () => assert.equal(mayLookAround({ text }), false));

  for (const text of [
    '{ "plugins": ["stylelint-value-no-unknown-custom-properties"] }',
    '{ "extends": "@company/stylelint-config" }',
    '{ "extends": ["stylelint-config-standard", "./base.json"] }',
    'extends:\n  - stylelint-config-standard\n  - stylelint-config-own\n',
    "import base from 'base';\nexport default base;",
    '{ "referenceFiles": ["tokens.css"] }',
    '{ "customSyntax": "postcss-own" }',
  ])
    it(`may look around: ${text}`, () => assert.equal(mayLookAround({ text }), true));
});

describe('runs that are passed through', { skip: process.platform === 'win32' }, () => {
  const prettier = new NpmProject(prettierProfile, '3.10.1', { 'a.js': 'a;\n' });
  const stylelint = new NpmProject(stylelintProfile, '16.26.1', { 'a.css': '' });

  for (const [project, line, why] of [
    [prettier, '@ a.js', 'without --check, files are printed'],
    [prettier, '@ --write .', '--write tells how long each file took'],
    [prettier, '@ -c --no-cache .', '--no-cache asks for no cache'],
    [prettier, '@ --stdin-filepath a.js', '--stdin-filepath checks no file'],
    [prettier, '@ --check --own-option .', '--own-option is no option that cleanmiss knows of Prettier'],
    [prettier, '@ --check --config /etc/x .', '/etc/x is outside the project'],
    [stylelint, '@ -f json *.css', '--formatter json may tell of files in which nothing was found'],
    [stylelint, '@ --stdin', '--stdin checks no file'],
    [stylelint, '@ --config stylelint-config-x *.css', 'stylelint-config-x is no file of the project'],
  ] as const)
    it(`${line}: ${why}`, async () => {
      assert.equal(await project.whyNot(line), why);
    });

  it('ruff, always', async () => {
    for (const command of [
      ['ruff', 'check'],
      ['python', '-m', 'ruff', 'check'],
    ]) {
      assert.ok(ruffProfile.recognises(command));
      const plan = await ruffProfile.plan({ ...({} as Parameters<typeof ruffProfile.plan>[0]), command });
      assert.equal(plan.kind, 'pass-through');
    }
  });
});

describe('a run of Stylelint on a slot', { skip: process.platform === 'win32' }, () => {
  it('keeps nothing where what was said is not about single files', async () => {
    const run = await new NpmProject(stylelintProfile, '16.26.1').slotRun('@ *.css');
    const end = { code: 2, signal: null };
    const problem = '\nsrc/a.css\n  1:1  ✖  Expected  property-no-deprecated\n';
    assert.equal(run.meaningOf({ ...end, stderrTail: problem }), 'normal');
    for (const said of ['Deprecation warnings:\n - x\n', 'Invalid Option: x\n', '(node:7) Warning: x\n'])
      assert.equal(run.meaningOf({ ...end, stderrTail: `${said}${problem}` }), 'incomplete');
    assert.equal(run.meaningOf({ ...end, stderrTail: problem.repeat(2000) }), 'incomplete');
    const stderrTail = 'AllFilesIgnoredError: All input files were ignored\n';
    assert.equal(run.meaningOf({ ...end, code: 1, stderrTail }), 'refused');
  });
});

describe('a run of Prettier on a slot', { skip: process.platform === 'win32' }, () => {
  it('keeps the usual ignore files beside ours, and passes by our own folder', async () => {
    const project = new NpmProject(prettierProfile, '3.10.1', { '.prettierrc': '{ "semi": false }' });
    const run = await project.slotRun('@ --cache --check . -- a.js');
    assert.equal(
      run.direct('/slot').command.slice(1).join(' '),
      '--cache --cache-strategy content --cache-location /slot/prettier/cache --ignore-path=.gitignore ' +
        '--ignore-path=.prettierignore --ignore-path=/slot/prettier/ignore --check . !**/.cleanmiss/** -- a.js',
    );
    assert.equal(run.context['looksAround'], false);
  });

  it('shares with nobody who has other settings, and looks around where there may be a plugin', async () => {
    const [one, other, plugged] = await Promise.all(
      ['{ "semi": false }', '{ "semi": true }', '{ "plugins": ["x"] }'].map((text) =>
        new NpmProject(prettierProfile, '3.10.1', { '.prettierrc': text }).slotRun('@ --check .'),
      ),
    );
    assert.notDeepEqual(one!.context, other!.context);
    assert.equal(plugged!.context['looksAround'], true);
  });

  it('keeps nothing where something else was said than which files are not in order', async () => {
    const run = await new NpmProject(prettierProfile, '3.10.1').slotRun('@ --check .');
    const end = { code: 1, signal: null };
    assert.equal(
      run.meaningOf({ ...end, stderrTail: '[warn] src/a.js\n[warn] Code style issues found.\n' }),
      'normal',
    );
    assert.equal(
      run.meaningOf({ ...end, stderrTail: '[warn] Ignored unknown option { a: 1 }.\n' }),
      'incomplete',
    );
    assert.equal(run.meaningOf({ ...end, stderrTail: '(node:7) Warning: x\n' }), 'incomplete');
    assert.equal(run.meaningOf({ ...end, code: 2, stderrTail: '' }), 'incomplete');
  });
});
