import { spawnSync } from 'node:child_process';
import { say } from './say.mjs';

const DEFAULT_TIMEOUT_MS = 600_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const LAST_LINES = 8;

/**
 * @typedef {object} CommandOptions
 * @property {string | undefined} [cwd] default: this process's
 * @property {Record<string, string>} [env] added to this process's environment
 * @property {number} [timeoutMs] default 600000; 0: it has a bound of its own
 *
 * @typedef {object} CommandResult
 * @property {boolean} ok it ended by itself with exit code 0
 * @property {string} stdout
 * @property {string} why one paragraph for a message: how it ended and its last lines
 */

/**
 * Runs a command to its end without a terminal, so that nothing can stop and ask.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {CommandResult}
 */
export function capture(command, args, options = {}) {
  const { cwd, env = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    maxBuffer: MAX_OUTPUT_BYTES,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trimEnd();
  const ending = result.error?.message ?? `exit code ${result.status ?? result.signal}`;
  return {
    ok: result.status === 0,
    stdout: result.stdout ?? '',
    why: [`${[command, ...args].join(' ')}: ${ending}`, ...lastLines(output)].join('\n'),
  };
}

/**
 * Runs a command on this process's own output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {boolean} it ended by itself with exit code 0
 */
export function runVisibly(command, args, options = {}) {
  const { cwd, env = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.error) say(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** @param {string} text */
function lastLines(text) {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.slice(-LAST_LINES).map((line) => `    ${line}`);
}
