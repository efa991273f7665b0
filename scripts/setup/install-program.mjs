import { aptInstall } from './apt.mjs';
import { findProgram } from './find-program.mjs';
import { SetupError, say } from './say.mjs';

/**
 * Finds a program on PATH, or installs it.
 *
 * @param {string} name
 * @param {string} [debianPackage] default: of the same name
 * @returns {string} its path
 */
export function installProgram(name, debianPackage = name) {
  const failure = findProgram(name) === undefined ? aptInstall([debianPackage]) : undefined;
  const path = findProgram(name);
  if (path === undefined) throw new SetupError(`${name} is needed, and could not be installed: ${failure}`);
  say(`${name}: ${path}`);
  return path;
}
