import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.js';

/** A project of real code. Do not check it in place, where tests would meet: copy `directory` first. */
export interface Corpus {
  readonly name: string;
  /** The project: its `mypy.ini` and `src/`. */
  readonly directory: string;
  /** mypy's arguments, with the project as the current directory. */
  readonly args: readonly string[];
}

const corpora = join(repositoryRoot, '.test-tools', 'corpora');

/** mypy's own sources and one module with a mistake: about 200 files, 320 to 380 modules in the state. */
export function mypyPackageCorpus(): Corpus {
  return corpusIn('mypy-package', join(corpora, 'mypy-package', 'project'), ['src']);
}

/** Six or more packages of 14 to 80 files, most of them with errors to report. */
export function smallCorpora(): readonly Corpus[] {
  const names = readdirSync(join(corpora, 'packages')).filter((name) => name !== 'made.json');
  return names.map((name) => corpusIn(name, join(corpora, 'packages', name), ['src']));
}

/** Imports of large libraries, 1600 to 1800 modules. Only there after `npm run test:long` or `provision.mjs --torch`. */
export function torchCorpus(): Corpus {
  const python = join(corpora, 'torch', 'venv', 'bin', 'python3');
  return corpusIn('torch', join(corpora, 'torch', 'project'), ['--python-executable', python, 'src']);
}

function corpusIn(name: string, directory: string, args: readonly string[]): Corpus {
  if (!existsSync(directory))
    throw new Error(`${directory} is not there: run \`node scripts/provision.mjs --torch\``);
  return { name, directory, args };
}
