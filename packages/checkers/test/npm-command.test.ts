import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNpmCommand } from '../src/npm/npm-command.js';

const tsc = { name: 'tsc', scripts: ['typescript/bin/tsc'] };
const words = (line: string) => line.split(' ');

describe('a command that starts a tool from npm', () => {
  for (const [line, start, word] of [
    ['tsc -p .', 'tsc', 'tsc'],
    ['node_modules/.bin/tsc -p .', 'node_modules/.bin/tsc', 'node_modules/.bin/tsc'],
    [
      'C:\\app\\node_modules\\.bin\\tsc.cmd -p .',
      'C:\\app\\node_modules\\.bin\\tsc.cmd',
      'C:\\app\\node_modules\\.bin\\tsc.cmd',
    ],
    [
      'node node_modules/typescript/bin/tsc -p .',
      'node node_modules/typescript/bin/tsc',
      'node_modules/typescript/bin/tsc',
    ],
    ['npx tsc -p .', 'npx tsc', undefined],
    ['npx --no-install tsc -p .', 'npx --no-install tsc', undefined],
    ['npm exec -- tsc -p .', 'npm exec -- tsc', undefined],
    ['pnpm exec tsc -p .', 'pnpm exec tsc', undefined],
    ['yarn exec tsc -p .', 'yarn exec tsc', undefined],
  ] as const) {
    it(`is \`${line}\``, () => {
      assert.deepEqual(parseNpmCommand(words(line), tsc), { start: words(start), args: ['-p', '.'], word });
    });
  }

  for (const line of [
    'tscx',
    'npx',
    'npx eslint tsc',
    'npx -p typescript tsc',
    'npm run tsc',
    'yarn tsc',
    'node tsc',
    'make tsc',
  ]) {
    it(`is not \`${line}\``, () => {
      assert.equal(parseNpmCommand(words(line), tsc), undefined);
    });
  }
});
