import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNpmCommand } from '../src/npm/npm-command.js';

const words = (line: string) => line.split(' ');

describe('a command that starts a tool from npm', () => {
  for (const [line, start] of [
    ['tsc -p .', 'tsc'],
    ['node_modules/.bin/tsc -p .', 'node_modules/.bin/tsc'],
    ['C:\\app\\node_modules\\.bin\\tsc.cmd -p .', 'C:\\app\\node_modules\\.bin\\tsc.cmd'],
    ['node node_modules/typescript/bin/tsc -p .', 'node node_modules/typescript/bin/tsc'],
    ['npx tsc -p .', 'npx tsc'],
    ['npx --no-install tsc -p .', 'npx --no-install tsc'],
    ['npm exec -- tsc -p .', 'npm exec -- tsc'],
    ['pnpm exec tsc -p .', 'pnpm exec tsc'],
    ['yarn tsc -p .', 'yarn tsc'],
  ] as const) {
    it(`is \`${line}\``, () => {
      const parsed = parseNpmCommand(words(line), 'tsc', 'typescript');
      assert.deepEqual([parsed?.start, parsed?.args], [words(start), ['-p', '.']]);
    });
  }

  for (const line of [
    'tscx',
    'npx',
    'npx eslint tsc',
    'npx -p typescript tsc',
    'npm run tsc',
    'node tsc',
    'make tsc',
  ]) {
    it(`is not \`${line}\``, () => {
      assert.equal(parseNpmCommand(words(line), 'tsc', 'typescript'), undefined);
    });
  }
});
