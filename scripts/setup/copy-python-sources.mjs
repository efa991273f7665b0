import { cpSync, existsSync, lstatSync } from 'node:fs';

const SOURCE = /\.pyi?$|\/py\.typed$/;

/** mypy's own stubs and their like: no package, and not to be checked. */
const LEFT_OUT = /\/(?:__pycache__|typeshed)$/;

/**
 * Copies what a checker reads of a Python package, and nothing compiled.
 *
 * @param {string} from
 * @param {string} to
 */
export function copyPythonSources(from, to) {
  cpSync(from, to, { recursive: true, dereference: true, filter: isWanted });
}

/** @param {string} path */
function isWanted(path) {
  if (lstatSync(path).isDirectory()) return !LEFT_OUT.test(path);
  // Debian's packages hold links to files of packages that are not there.
  return SOURCE.test(path) && existsSync(path);
}
