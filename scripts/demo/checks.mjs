import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, run } from '../../test/dist/support/index.js';

const TIMEOUT_MS = 600_000;

const cli = join(repositoryRoot, 'packages', 'cli', 'bin', 'cleanmiss.js');

/**
 * The part of cleanmiss's `--report` that the demo shows.
 *
 * @typedef {object} Report
 * @property {'hit' | 'partial' | 'miss'} outcome
 * @property {string} [reason]
 * @property {{ files: number }} restored
 * @property {readonly unknown[]} degraded
 *
 * @typedef {import('../../test/dist/support/index.js').Ended} Ended
 * @typedef {import('../../test/dist/support/index.js').MypyInstall} MypyInstall
 * @typedef {import('../../test/dist/support/index.js').Corpus} Corpus
 */

/**
 * mypy as it is without cleanmiss, on a state of its own.
 *
 * @param {MypyInstall} mypy
 * @param {Corpus} corpus
 * @param {string} project
 * @param {string} state an absent directory
 * @returns {Promise<Ended>}
 */
export async function checkPlainly(mypy, corpus, project, state) {
  const command = [mypy.command, `--cache-dir=${state}`, ...corpus.args];
  return await run(command, { cwd: project, timeoutMs: TIMEOUT_MS });
}

/**
 * The same through cleanmiss.
 *
 * @param {MypyInstall} mypy
 * @param {Corpus} corpus
 * @param {string} project
 * @param {{ local: string, report: string }} files the store's directory, and an absent file
 * @returns {Promise<{ ended: Ended, report: Report }>}
 */
export async function checkWithCleanmiss(mypy, corpus, project, { local, report }) {
  const checker = [mypy.command, ...corpus.args];
  const command = [process.execPath, cli, 'run', '--local', local, '--report', report, '--', ...checker];
  const ended = await run(command, { cwd: project, timeoutMs: TIMEOUT_MS });
  if (!existsSync(report))
    throw new Error(`cleanmiss wrote no report; its output:\n${ended.stdout}${ended.stderr}`);
  return { ended, report: JSON.parse(readFileSync(report, 'utf8')) };
}
