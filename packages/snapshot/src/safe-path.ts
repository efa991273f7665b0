declare const brand: unique symbol;

/** A file's place within a state: relative, `/` between its parts, and unable to leave the state on any system. */
export type StatePath = string & { readonly [brand]: 'StatePath' };

/** Bytes; longer ones are refused (file systems end between 255 a name and 4096 a path). */
const maxPathLength = 2048;

/**
 * Manifests come from a shared store, so their paths are not to be trusted: no `..`, nothing absolute, no drive or
 * stream (`:`), no backslash, no control character, no empty or dot part. On Windows nothing that it would trim, or take
 * for a device: elsewhere, a Python module may well be called `aux`.
 */
export function isStatePath(path: string, platform: NodeJS.Platform = process.platform): path is StatePath {
  if (path.length === 0 || path.length > maxPathLength) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\\:*?"<>|]/.test(path)) return false;
  const parts = path.split('/');
  return parts.every(isSafePart) && (platform !== 'win32' || !parts.some(isAliasOnWindows));
}

function isSafePart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..';
}

function isAliasOnWindows(part: string): boolean {
  return part.endsWith('.') || part.endsWith(' ') || windowsDevice.test(part);
}

const windowsDevice = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;
