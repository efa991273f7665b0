import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseNpmCommand } from '../src/npm/npm-command.js';

/** The command; what stands before ours; the user's own words. */
const understood: readonly (readonly [string, string, string])[] = [
  ['eslint src', 'eslint', 'src'],
  ['./node_modules/.bin/eslint .', './node_modules/.bin/eslint', '.'],
  ['eslint.cmd .', 'eslint.cmd', '.'],
  ['node node_modules/eslint/bin/eslint.js .', 'node node_modules/eslint/bin/eslint.js', '.'],
  [
    'node --max-old-space-size=4096 a/node_modules/.bin/eslint .',
    'node --max-old-space-size=4096 a/node_modules/.bin/eslint',
    '.',
  ],
  ['npx eslint --fix .', 'npx eslint', '--fix .'],
  ['npx --no-install eslint .', 'npx --no-install eslint', '.'],
  ['npm exec -- eslint --quiet', 'npm exec -- eslint', '--quiet'],
  ['npm exec eslint -- --quiet', 'npm exec eslint --', '--quiet'],
  ['yarn eslint .', 'yarn eslint', '.'],
  ['pnpm exec eslint .', 'pnpm exec eslint', '.'],
  ['bunx eslint .', 'bunx eslint', '.'],
];

const others = [
  'eslint_d .',
  'npx eslint@8 .',
  'npx -p eslint@8 eslint .',
  'node -r ./hook.js node_modules/eslint/bin/eslint.js',
  'node scripts/eslint.js',
  'npm exec eslint --quiet',
  'npm run eslint',
  'prettier --check eslint',
  'npx',
];

describe('a command that starts a tool from npm', () => {
  for (const [line, start, args] of understood) {
    it(`is understood: ${line}`, () => {
      const command = parseNpmCommand(line.split(' '), 'eslint');
      assert.equal(command?.start.join(' '), start);
      assert.equal(command.args.join(' '), args);
    });
  }
  for (const line of others) {
    it(`is another one: ${line}`, () => {
      assert.equal(parseNpmCommand(line.split(' '), 'eslint'), undefined);
    });
  }
});
