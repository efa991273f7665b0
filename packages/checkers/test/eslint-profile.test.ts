import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eslintProfile } from '../src/eslint/eslint-profile.js';
import { NpmProject } from './support/npm-project.js';

const files = { 'eslint.config.js': 'export default [];\n', 'src/a.js': 'a();\n' };

describe('a run of ESLint that is passed through', { skip: process.platform === 'win32' }, () => {
  const project = new NpmProject(eslintProfile, '9.39.5', files);

  for (const [line, why] of [
    ['@ --no-cache .', '--no-cache asks for no cache'],
    ['@ --version', '--version checks nothing'],
    ['@ -h', '--help checks nothing'],
    ['@ --print-config src/a.js', '--print-config checks nothing'],
    ['@ --stdin', '--stdin checks no file'],
    ['@ --stats .', '--stats wants a check without a cache'],
    ['@ --suppress-all .', '--suppress-all writes down what a check finds'],
    ['@ --rule eqeqeq:error .', '--rule changes the configuration'],
    ['@ -c /etc/eslint.config.js .', '/etc/eslint.config.js is outside the project'],
    ['@ --unheard-of .', '--unheard-of is no option that cleanmiss knows of ESLint'],
    ['nowhere/eslint .', 'there is no nowhere/eslint'],
  ] as const) {
    it(`is \`${line}\`: ${why}`, async () => {
      assert.equal(await project.whyNot(line), why);
    });
  }

  it('is one of another version', async () => {
    const older = new NpmProject(eslintProfile, '8.57.0', files);
    assert.equal(await older.whyNot('@ .'), 'ESLint 8.57.0 is neither 9 nor 10');
  });

  it('is one that is a script of the project', async () => {
    const scripted = new NpmProject(eslintProfile, '9.39.5', {
      ...files,
      'package.json': '{ "scripts": { "eslint": "eslint --rule eqeqeq:error" } }',
    });
    assert.equal(await scripted.whyNot('yarn eslint .'), 'eslint is a script of package.json');
    assert.equal(await scripted.whyNot('npx eslint .'), undefined);
  });

  it('is one whose environment measures it, or asks for the old configuration', async () => {
    const env = { PATH: process.env['PATH'] };
    assert.match((await project.whyNot('@ .', { env: { ...env, TIMING: '1' } })) ?? '', /^TIMING/);
    assert.match((await project.whyNot('@ .', { env: { ...env, DEBUG: 'eslint:*' } })) ?? '', /^DEBUG/);
    const legacy = { ...env, ESLINT_USE_FLAT_CONFIG: 'false' };
    assert.match((await project.whyNot('@ .', { env: legacy })) ?? '', /old kind of configuration/);
  });
});

describe('a run of ESLint on a slot', { skip: process.platform === 'win32' }, () => {
  const project = new NpmProject(eslintProfile, '9.39.5', files);

  it("takes the place of a cache of the user's own, before a --", async () => {
    const run = await project.slotRun(
      '@ --cache --cache-location own --cache-strategy metadata --fix -- src',
    );
    const words = run.direct('/slot').command.slice(1).join(' ');
    assert.equal(
      words,
      '--cache --cache-strategy content --cache-location /slot/eslint/cache --ignore-pattern **/.cleanmiss/ --fix -- src',
    );
    assert.equal(run.stateless().command.slice(1).join(' '), '--ignore-pattern **/.cleanmiss/ --fix -- src');
  });

  it('shares with others whatever the targets and the format', async () => {
    const { context } = await project.slotRun('@ .');
    assert.deepEqual((await project.slotRun('@ src -f json -o out.json --max-warnings 0')).context, context);
    assert.doesNotMatch(JSON.stringify(context), new RegExp(project.root));
  });

  it('does not share where results are others', async () => {
    const { context } = await project.slotRun('@ .');
    for (const option of ['--quiet', '--no-inline-config', '--report-unused-disable-directives'])
      assert.notDeepEqual((await project.slotRun(`@ . ${option}`)).context, context);
    const { context: counted } = await project.slotRun('@ . --quiet --max-warnings 0');
    assert.notDeepEqual(counted, (await project.slotRun('@ . --quiet')).context);
  });

  it('does not share with another set of installed packages', async () => {
    const { context } = await project.slotRun('@ .');
    const more = new NpmProject(eslintProfile, '9.39.5', {
      ...files,
      'node_modules/plugin/package.json': '{ "name": "plugin", "version": "1.0.0" }',
    });
    assert.notDeepEqual((await more.slotRun('@ .')).context, context);
  });

  it('tells an end that leaves a state from one that does not', async () => {
    const run = await project.slotRun('@ .');
    const end = { signal: null, stderrTail: '' };
    assert.equal(run.meaningOf({ ...end, code: 0 }), 'normal');
    assert.equal(run.meaningOf({ ...end, code: 1 }), 'normal');
    assert.equal(run.meaningOf({ ...end, code: 2 }), 'incomplete');
    assert.equal(run.meaningOf({ ...end, code: null, signal: 'SIGINT' }), 'incomplete');
    const stderrTail = "\nError: Could not serialize processor object (missing 'meta' object).\n";
    assert.equal(run.meaningOf({ ...end, code: 2, stderrTail }), 'refused');
  });
});
