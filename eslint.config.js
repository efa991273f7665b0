import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

/** What each package may import of ours. A package that is not named here may import nothing of ours. */
const LAYERS = {
  core: [],
  conformance: ['core'],
  'fs-backend': ['core'],
  'redis-fixture': [],
  'redis-backend': ['core'],
  'keyv-backend': ['core'],
  snapshot: ['core'],
  checkers: ['core', 'snapshot'],
  'open-cache': ['core', 'snapshot', 'fs-backend', 'redis-backend', 'keyv-backend'],
  runner: ['core', 'snapshot', 'checkers', 'open-cache'],
  cli: ['core', 'snapshot', 'checkers', 'open-cache', 'runner'],
};

/** Tests may also use their own package by its name, and run a suite of the conformance package, on the embedded store. */
const ALSO_IN_TESTS = ['conformance', 'fs-backend', 'redis-fixture'];

const INPUT_AND_OUTPUT =
  '^(?:node:)?(?:fs|net|http|https|http2|tls|dgram|child_process|worker_threads)(?:/|$)';

const strictTypes = {
  // `refs[i]!` after a check of the length is the project's way with noUncheckedIndexedAccess.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // A synchronous implementation of an asynchronous port is no mistake: bulk file access is synchronous here.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-confusing-void-expression': [
    'error',
    { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
  ],
  '@typescript-eslint/no-unnecessary-condition': [
    'error',
    { allowConstantLoopConditions: 'only-allowed-literals' },
  ],
  '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions'] }],
  // An empty string is often as good as none.
  '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
  // noPropertyAccessFromIndexSignature asks for the brackets that this rule would remove.
  '@typescript-eslint/dot-notation': 'off',
};

const style = {
  eqeqeq: 'error',
  'no-param-reassign': 'error',
  'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
};

const injected = {
  'no-console': 'error',
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'Only the command line reads the environment; take an option.',
    },
    { object: 'Date', property: 'now', message: 'Take a Clock.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Take a Clock.' },
  ],
};

/** What this Node knows without an import. */
const knownGlobals = Object.fromEntries(
  Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']),
);

/** node:test's functions return promises that the runner itself awaits. */
const testCalls = { from: 'package', package: 'node:test', name: ['describe', 'it', 'suite', 'test'] };

export default defineConfig([
  globalIgnores(['**/dist/', '**/node_modules/', '.test-tools/', '**/.cleanmiss/']),
  {
    files: ['**/*.{js,mjs}'],
    extends: [js.configs.recommended],
    languageOptions: { globals: knownGlobals },
    rules: style,
  },
  {
    files: ['**/*.ts'],
    extends: [
      js.configs.recommended,
      typescript.configs.strictTypeChecked,
      typescript.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { ...strictTypes, ...style, 'no-restricted-imports': onlyOurs([]) },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/cli/**', 'packages/core/src/clock.ts'],
    rules: injected,
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts', 'packages/*/test/**/*.ts', 'packages/conformance/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [testCalls] }],
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      // Escape codes of a terminal.
      'no-control-regex': 'off',
    },
  },
  ...Object.entries(LAYERS).flatMap(([name, allowed]) => layer(name, allowed)),
  {
    files: ['test/**/*.ts', 'examples/**/*.ts'],
    rules: { 'no-restricted-imports': onlyOurs(Object.keys(LAYERS)) },
  },
  {
    files: ['bench/**/*.ts'],
    rules: { 'no-restricted-imports': onlyOurs([...Object.keys(LAYERS), 'integration-tests/support']) },
  },
]);

/** The imports of one package's sources, and of its tests. */
function layer(name, allowed) {
  const inAndOut = { regex: INPUT_AND_OUTPUT, message: 'core does no input or output: take a port.' };
  return [
    {
      files: [`packages/${name}/src/**/*.ts`],
      rules: { 'no-restricted-imports': onlyOurs(allowed, name === 'core' ? [inAndOut] : []) },
    },
    {
      files: [`packages/${name}/test/**/*.ts`],
      rules: { 'no-restricted-imports': onlyOurs([...allowed, ...ALSO_IN_TESTS, name]) },
    },
  ];
}

/** `@cleanmiss/x` for the allowed x alone, never a file inside of it, and nothing of another package by its path. */
function onlyOurs(allowed, more = []) {
  const others = allowed.length === 0 ? '^@cleanmiss/' : `^@cleanmiss/(?!(?:${allowed.join('|')})$)`;
  const byPath = `^(?:\\.\\./)+(?:packages/)?(?:${Object.keys(LAYERS).join('|')})/(?:src|dist|test)/`;
  const patterns = [
    {
      regex: others,
      message: `The layer below: ${allowed.join(', ') || 'nothing of ours'} (see eslint.config.js).`,
    },
    { regex: '^cleanmiss(?:/|$)', message: 'Nothing is above the command line.' },
    { regex: byPath, message: 'Import the package by its name.' },
    ...more,
  ];
  return ['error', { patterns }];
}
