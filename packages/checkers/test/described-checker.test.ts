import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CacheError, Json } from '@cleanmiss/core';
import { builtInCheckers } from '@cleanmiss/checkers';
import { CustomLayout } from '../src/custom/custom-layout.js';
import { parseCustomCommand } from '../src/custom/custom-command.js';
import { parseDescribedChecker } from '../src/custom/described-checker.js';

const least = { version: { npm: 'tool-package' }, arguments: ['--cache={state}/x'] };

function refusal(description: Json, name = 'tool'): string {
  try {
    builtInCheckers.with({ [name]: description }, 'cleanmiss.config.json');
  } catch (error) {
    assert.equal((error as CacheError).code, 'ERR_CONFIG');
    return (error as Error).message;
  }
  assert.fail('was not refused');
}

describe('the description of a checker', () => {
  it('needs no more than a version and a place for the state', () => {
    const { command, state, exitCodes } = parseDescribedChecker('tool', least, 'x');
    assert.deepEqual(command, ['tool']);
    assert.deepEqual(state, { files: ['**'], units: 'whole', keepsTimes: false, portable: true });
    assert.deepEqual(exitCodes, { publish: [0, 1], crash: [] });
  });

  const refused: readonly (readonly [string, Json, RegExp, string?])[] = [
    ['is no object', 'tool', /"checkers\.tool" in cleanmiss\.config\.json must be an object/],
    ['has a member that is not known', { ...least, vrsion: 1 }, /has a member "vrsion"; known are command/],
    [
      'has one within',
      { ...least, state: { unit: 'file' } },
      /"checkers\.tool\.state".*"unit"; known are files/,
    ],
    ['says nothing of the version', { arguments: ['{state}'] }, /"checkers\.tool\.version".*either of "npm"/],
    [
      'says two things of it',
      { ...least, version: { npm: 'a', command: ['b'] } },
      /"checkers\.tool\.version".*either of/,
    ],
    ['has no place for the state', { ...least, arguments: ['--cache'] }, /names \{state\} neither in/],
    [
      'leads out of the project',
      { ...least, context: { files: ['../x/*.json'] } },
      /context\.files".*leads out of the project: \.\.\/x/,
    ],
    ['has an absolute pattern', { ...least, state: { files: '/etc/*' } }, /leads out of the project/],
    ['has an exit code that is none', { ...least, exitCodes: { publish: [256] } }, /from 0 to 255, or all/],
    [
      'has a code that is a crash and none',
      { ...least, exitCodes: { publish: [0, 2], crash: [2] } },
      /"checkers\.tool\.exitCodes\.crash".*has 2, as "publish" has/,
    ],
    ['has a name of a profile', least, /"checkers\.mypy".*is known already/, 'mypy'],
    ['has a name that is no name', least, /small letters/, 'Tool One'],
    ['starts what has a profile', { ...least, command: 'eslint' }, /starts eslint, which is known already/],
  ];
  for (const [about, description, message, name] of refused) {
    it(`is refused where it ${about}`, () => {
      assert.match(refusal(description, name), message);
    });
  }

  it('is found by the commands it describes, beside the profiles', () => {
    const known = builtInCheckers.with({ tool: least }, 'x');
    for (const line of ['tool a', 'npx tool a', 'node_modules/.bin/tool', 'pnpm exec tool a'])
      assert.equal(known.startedBy(line.split(' '))?.name, 'tool', line);
    for (const line of ['toolbox a', 'npx -p x tool', 'make tool'])
      assert.equal(known.startedBy(line.split(' ')), undefined, line);
    assert.equal(known.startedBy(['mypy', '.'])?.name, 'mypy');
    assert.ok(known.names.includes('tool'));
    assert.ok(!builtInCheckers.names.includes('tool'));
  });

  it('may start with several words', () => {
    const version = { command: ['tool', '--version'] };
    const parse = (line: string) =>
      parseCustomCommand(line.split(' '), { command: ['tool', 'check'], version });
    assert.deepEqual(parse('bin/tool check --fast a'), {
      start: ['bin/tool', 'check'],
      args: ['--fast', 'a'],
      npm: undefined,
    });
    assert.deepEqual(parse('tool.exe check')?.args, []);
    assert.equal(parse('tool fix'), undefined);
  });

  it('keeps the files of the state that its patterns name, together or each by itself', () => {
    const state = { keepsTimes: false, portable: true } as const;
    const whole = new CustomLayout({ ...state, files: ['**', '!**/*.lock'], units: 'whole' });
    assert.equal(whole.unitOf('a/.hidden/b.json'), 'state');
    assert.equal(whole.unitOf('a/x.lock'), undefined);
    const each = new CustomLayout({ ...state, files: ['*.json'], units: 'file' });
    assert.equal(each.unitOf('b.json'), 'b.json');
    assert.equal(each.unitOf('a/b.json'), undefined);
  });
});
