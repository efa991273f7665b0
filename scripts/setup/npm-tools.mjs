import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testTools } from './paths.mjs';
import { capture } from './run-command.mjs';
import { SetupError, say } from './say.mjs';

/**
 * Checkers and code to check that come from npm: each set in a folder of its own, `.test-tools/npm/NAME/node_modules`,
 * so that several versions of one stand beside each other. The versions are fixed: an answer that changes is then ours.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const SETS = {
  // Code to check: 226 modules of TypeScript.
  rxjs: ['rxjs@7.8.2'],
  // For the example of instrumentation.
  opentelemetry: ['@opentelemetry/api@1.9.1', '@opentelemetry/sdk-metrics@2.12.1'],
  // What a package must pass before it is published.
  'package-checks': ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'],
  'typescript-5': ['typescript@5.9.3'],
  'typescript-6': ['typescript@6.0.3'],
  'typescript-7': ['typescript@7.0.2'],
  'vue-tsc-2': ['vue-tsc@2.2.8', 'typescript@5.8.3', 'vue@3.5.45'],
  'vue-tsc': ['vue-tsc@3.3.14', 'typescript@5.9.3', 'vue@3.5.45'],
  'eslint-9': ['eslint@9.39.5', 'typescript-eslint@8.74.0', 'typescript@5.9.3'],
  'eslint-10': ['eslint@10.15.0', 'typescript-eslint@8.74.0', 'typescript@5.9.3'],
  'prettier-3.0': ['prettier@3.0.3'],
  'prettier-3.10': ['prettier@3.10.1'],
  'stylelint-16': ['stylelint@16.26.1', 'stylelint-config-standard@39.0.1', 'postcss-scss@4.0.9'],
  'stylelint-18': ['stylelint@18.1.0', 'stylelint-config-standard@41.1.0', 'postcss-scss@4.0.9'],
  // The checker that a configuration describes, in the tests and the example.
  'dependency-cruiser': ['dependency-cruiser@16.10.4', 'typescript@5.9.3'],
  'dependency-cruiser-17': ['dependency-cruiser@17.3.9', 'typescript@5.9.3'],
  // Code to check: more than 200 style sheets.
  govuk: ['govuk-frontend@6.6.0'],
};

/** Installs the sets that are not there yet: all, or those that are named. */
export function ensureNpmTools(names = Object.keys(SETS)) {
  for (const name of names) ensureSet(name, SETS[name] ?? []);
}

/**
 * @param {string} name
 * @param {readonly string[]} packages
 */
function ensureSet(name, packages) {
  const place = join(testTools, 'npm', name);
  const stamp = JSON.stringify(packages);
  if (readStamp(place) === stamp) return;
  say(`npm install ${packages.join(' ')} (into .test-tools)`);
  const workshop = `${place}.making-${process.pid}`;
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  // Else npm looks for a package further up, and would install into ours.
  writeFileSync(join(workshop, 'package.json'), '{ "private": true }\n');
  const options = ['--prefix', workshop, '--ignore-scripts', '--no-audit', '--no-fund'];
  const installed = capture('npm', ['install', ...options, ...packages]);
  if (!installed.ok) {
    rmSync(workshop, { recursive: true, force: true });
    throw new SetupError(
      `npm could not install ${packages.join(' ')}: ${installed.why}. Can it reach its registry?`,
    );
  }
  writeFileSync(join(workshop, 'made.json'), stamp);
  rmSync(place, { recursive: true, force: true });
  renameSync(workshop, place);
}

/** @param {string} place */
function readStamp(place) {
  const path = join(place, 'made.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
