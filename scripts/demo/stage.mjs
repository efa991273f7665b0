import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from '../../test/dist/support/index.js';
import { checkPlainly, checkWithCleanmiss } from './checks.mjs';

/** Of all checkouts but the first. */
const OTHER_MTIME = new Date('2024-02-29T12:00:00Z');

/**
 * @typedef {import('./checks.mjs').MypyInstall} MypyInstall
 * @typedef {import('./checks.mjs').Ended} Ended
 * @typedef {import('./checks.mjs').Report} Report
 */

/**
 * @typedef {object} Result
 * @property {string[]} row of the table: title, outcome, exit code, files restored, seconds, times faster
 * @property {string[]} broken the promises that were not kept
 */

/** Runs checks on checkouts of one project, all with one store, and compares what happens with what was promised. */
export class Stage {
  /** @type {Map<string, Ended>} by version: what the others are compared with */
  #plain = new Map();

  #corpus;
  #directory;
  #reports = 0;

  /**
   * @param {import('./checks.mjs').Corpus} corpus
   * @param {string} directory an empty one
   */
  constructor(corpus, directory) {
    this.#corpus = corpus;
    this.#directory = directory;
  }

  /**
   * A cold run without cleanmiss.
   *
   * @param {MypyInstall} mypy
   * @returns {Promise<Result>}
   */
  async checkPlainly(mypy) {
    const title = `plain mypy ${mypy.version}, cold`;
    announce(title);
    const state = join(this.#directory, `plain-state-${mypy.version}`);
    const ended = await checkPlainly(mypy, this.#corpus, this.#checkout('first'), state);
    this.#plain.set(mypy.version, ended);
    return { row: [title, '', String(ended.code), '', seconds(ended), ''], broken: [] };
  }

  /**
   * A run with cleanmiss.
   *
   * @param {string} scene
   * @param {MypyInstall} mypy
   * @param {{ checkout: string, promised: Report['outcome'] }} options
   * @returns {Promise<Result>}
   */
  async check(scene, mypy, { checkout, promised }) {
    const title = `${scene}: mypy ${mypy.version}`;
    announce(title);
    this.#reports += 1;
    const report = join(this.#directory, `report-${this.#reports}.json`);
    const files = { local: join(this.#directory, 'store'), report };
    const checked = await checkWithCleanmiss(mypy, this.#corpus, this.#checkout(checkout), files);
    const plain = this.#plainRun(mypy);
    const broken = brokenPromises(checked, plain, promised);
    return { row: makeRow(title, checked, plain), broken: broken.map((promise) => `${title}: ${promise}`) };
  }

  /** @param {string} name */
  #checkout(name) {
    const directory = join(this.#directory, name, 'project');
    const mtime = name === 'first' ? new Date() : OTHER_MTIME;
    if (!existsSync(directory)) copyProject(this.#corpus.directory, directory, { mtime });
    return directory;
  }

  /** @param {MypyInstall} mypy */
  #plainRun({ version }) {
    const plain = this.#plain.get(version);
    if (plain === undefined) throw new Error(`no plain run of mypy ${version} to compare with`);
    return plain;
  }
}

/**
 * @param {string} title
 * @param {{ ended: Ended, report: Report }} checked
 * @param {Ended} plain
 */
function makeRow(title, { ended, report }, plain) {
  const factor = (plain.durationMs / ended.durationMs).toFixed(1);
  return [title, report.outcome, String(ended.code), String(report.restored.files), seconds(ended), factor];
}

/**
 * @param {{ ended: Ended, report: Report }} checked
 * @param {Ended} plain
 * @param {Report['outcome']} promised
 */
function brokenPromises({ ended, report }, plain, promised) {
  const broken = [];
  if (report.outcome !== promised) broken.push(`${report.outcome} (${report.reason}), not ${promised}`);
  if (report.degraded.length > 0) broken.push(`degraded: ${JSON.stringify(report.degraded)}`);
  if (ended.code !== plain.code) broken.push(`exit code ${ended.code}, plain mypy's is ${plain.code}`);
  if (ended.stdout !== plain.stdout || ended.stderr !== plain.stderr) {
    broken.push(`other output than plain mypy's:\n${ended.stdout}${ended.stderr}`);
  }
  if (promised === 'hit' && ended.durationMs >= plain.durationMs) {
    broken.push('restored, and yet not faster than a cold run');
  }
  return broken;
}

/** @param {string} what */
function announce(what) {
  process.stdout.write(`demo: ${what}\n`);
}

/** @param {Ended} ended */
function seconds({ durationMs }) {
  return (durationMs / 1000).toFixed(2);
}
