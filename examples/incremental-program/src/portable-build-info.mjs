import { isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * TypeScript writes the paths of a build info relative to where it stands. Those of the project are the same in every checkout; those of
 * TypeScript's own library and of installed packages are not. They get the name of their place instead.
 *
 * @typedef {Readonly<Record<string, string>>} Places folders by name
 * @typedef {{ root: string, places: Places }} Where
 */

/**
 * `undefined` where it still says where it was made (a message may quote the path of a module): then it is of use nowhere else.
 *
 * @param {string} text
 * @param {Where} where
 */
export function portable(text, { root, places }) {
  const info = mapPaths(JSON.parse(text), (path) => {
    const absolute = resolve(root, path);
    for (const [name, folder] of Object.entries(places))
      if (isWithin(folder, absolute)) return `<${name}>/${slashes(relative(folder, absolute))}`;
    return path;
  });
  const kept = JSON.stringify(info);
  return [root, ...Object.values(places)].some((folder) => kept.includes(JSON.stringify(folder).slice(1, -1)))
    ? undefined
    : kept;
}

/**
 * The same as TypeScript would have written it here.
 *
 * @param {string} kept
 * @param {Where} where
 */
export function atHome(kept, { places }) {
  const info = mapPaths(JSON.parse(kept), (path) => {
    const [, name, rest] = /^<([\w-]+)>\/(.*)$/s.exec(path) ?? [];
    const folder = name === undefined ? undefined : places[name];
    return folder === undefined || rest === undefined ? path : slashes(resolve(folder, rest));
  });
  return JSON.stringify(info);
}

/**
 * Paths are in the list of files, by whose numbers the rest refers to them, and in places where a diagnostic points to another file.
 *
 * @param {unknown} value
 * @param {(path: string) => string} change
 * @param {string} [name] of the member that holds it
 * @returns {unknown}
 */
function mapPaths(value, change, name) {
  if (typeof value === 'string') return name === 'fileNames' || name === 'file' ? change(value) : value;
  if (Array.isArray(value)) return value.map((each) => mapPaths(each, change, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapPaths(each, change, key)]));
}

/**
 * @param {string} folder
 * @param {string} path
 */
function isWithin(folder, path) {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/** @param {string} path */
function slashes(path) {
  return path.replaceAll(sep, '/');
}
