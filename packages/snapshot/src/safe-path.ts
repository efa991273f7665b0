declare const brand: unique symbol;

/** A file's place within a state: relative, `/` between its parts, and unable to leave the state on any system. */
export type StatePath = string & { readonly [brand]: 'StatePath' };

/** Bytes; longer ones are refused (file systems end between 255 a name and 4096 a path). */
const maxPathLength = 2048;

/**
 * Manifests come from a shared store, so their paths are not to be trusted: no `..`, nothing absolute, no drive or
 * stream (`:`), no backslash, no control character, no empty or dot part, nothing that Windows would trim or alias.
 */
export function isStatePath(path: string): path is StatePath {
  if (path.length === 0 || path.length > maxPathLength) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\\:*?"<>|]/.test(path)) return false;
  return path.split('/').every(isSafePart);
}

function isSafePart(part: string): boolean {
  if (part === '' || part === '.' || part === '..') return false;
  if (part.endsWith('.') || part.endsWith(' ')) return false;
  return !windowsDevice.test(part);
}

const windowsDevice = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
