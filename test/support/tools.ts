import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyMypyOnce } from './mypy-copies.js';
import { repositoryRoot } from './repository-root.js';

export interface MypyInstall {
  /** Path of its `mypy` script. */
  readonly command: string;
  readonly version: string;
  /** The interpreter that runs it: `[python, '-m', 'mypy']` is the same mypy, except for copies. */
  readonly python: string;
  /** The `mypy` folder with its sources. */
  readonly packageDirectory: string;
  /** By mypyc. */
  readonly compiled: boolean;
}

export interface Tools {
  readonly git: string;
  readonly python: string;
  readonly mypy: MypyInstall;
  /** Another version: a real one where it could be had, else a copy of `mypy` that says so. */
  readonly otherMypy: MypyInstall;
}

/** `.test-tools/tools.json`, written and kept true by scripts/setup/tools.mjs. */
interface RecordedTools extends Omit<Tools, 'otherMypy'> {
  readonly otherMypy: MypyInstall | null;
}

const testTools = join(repositoryRoot, '.test-tools');

/** What `npm test` and `npm run demo` found or installed before the tests began. */
export function findTools(): Tools {
  const { otherMypy, ...tools } = readRecord(join(testTools, 'tools.json'));
  return { ...tools, otherMypy: otherMypy ?? copyMypyOnce(tools.mypy, join(testTools, 'mypy-copy')) };
}

/**
 * The older one of the two: up to 1.19, a mypy keeps JSON, and reads the data of every module that it imports. A newer one, on a state
 * that is fresh, reads metas alone.
 */
export function olderMypy(): MypyInstall {
  const { mypy, otherMypy } = findTools();
  const isOlder = otherMypy.version.localeCompare(mypy.version, 'en', { numeric: true }) < 0;
  return isOlder ? otherMypy : mypy;
}

function readRecord(path: string): RecordedTools {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RecordedTools;
  } catch (cause) {
    throw new Error('the test tools are not set up: run `node scripts/provision.mjs`', { cause });
  }
}
