import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from '../src/arguments.js';
import { UsageError, type Verb } from '../src/verb.js';

const run: Verb = {
  name: 'run',
  about: '',
  usage: '',
  options: { report: { type: 'string' }, json: { type: 'boolean' } },
  optionHelp: [],
  takesCommand: true,
  failureCode: 125,
  run: () => Promise.resolve(0),
};

describe('a verb that takes a command', () => {
  it('refuses an option that it does not know, by name', () => {
    assert.throws(
      () => parseArguments(run, ['--reprot', 'x', '--', 'mypy']),
      (error) => error instanceof UsageError && error.message.includes('--reprot'),
    );
  });

  it('refuses an option that lacks its value', () => {
    assert.throws(() => parseArguments(run, ['--report']), UsageError);
  });

  it('leaves everything after -- to the command, options of our names too', () => {
    const { options, operands } = parseArguments(run, [
      '--report',
      'r.json',
      '--',
      'mypy',
      '--report',
      'x',
      '--',
      'y',
    ]);
    assert.equal(options['report'], 'r.json');
    assert.deepEqual(operands, ['mypy', '--report', 'x', '--', 'y']);
  });

  it('needs no --: the first word that is no option begins the command', () => {
    const { options, operands } = parseArguments(run, ['--json', '--report=r.json', 'mypy', '--json']);
    assert.deepEqual({ ...options }, { json: true, report: 'r.json' });
    assert.deepEqual(operands, ['mypy', '--json']);
  });

  it('may be asked for help', () => {
    assert.equal(parseArguments(run, ['--help']).options['help'], true);
  });
});
