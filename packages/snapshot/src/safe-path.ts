declare const brand: unique symbol;

/** A file's place within a state: relative, `/` between its parts, and unable to leave the state on any system. */
export type StatePath = string & { readonly [brand]: 'StatePath' };

/** Bytes; longer ones are refused (file systems end between 255 a name and 4096 a path). */
const maxPathBytes = 2048;
const maxNameBytes = 255;
/** Folders within each other, and the file. */
const maxParts = 64;

/**
 * Manifests come from a shared store, so their paths are not to be trusted: no `..`, nothing absolute, no drive or
 * stream (`:`), no backslash, no control character, no half of a character, no empty or dot part. On Windows nothing that
 * it would trim, or take for a device: elsewhere, a Python module may well be called `aux`.
 */
export function isStatePath(path: string, platform: NodeJS.Platform = process.platform): path is StatePath {
  if (path.length <= maxPlainLength && platform !== 'win32' && plain.test(path)) return true;
  if (path.length === 0 || isLongerThan(path, maxPathBytes) || unwritable.test(path)) return false;
  const parts = path.split('/');
  if (parts.length > maxParts || !parts.every(isSafePart)) return false;
  return platform !== 'win32' || !parts.some(isAliasOnWindows);
}

/** What nearly all are, told in a tenth of the time. So short that no other bound is passed: 64 parts have 127 letters. */
const plain = /^[\w@+-][\w@.+-]*(?:\/[\w@+-][\w@.+-]*)*$/;
const maxPlainLength = 127;

/** Half a character is written as a question mark, whichever it is: two such paths would be one file. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unwritable = /[\u0000-\u001f\u007f-\u009f\\:*?"<>|\p{Surrogate}]/u;

function isSafePart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !isLongerThan(part, maxNameBytes);
}

/** In UTF-8, where no character of a text takes more than three bytes. */
function isLongerThan(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

function isAliasOnWindows(part: string): boolean {
  return part.endsWith('.') || part.endsWith(' ') || windowsDevice.test(part);
}

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file; a space before the dot is trimmed as well. */
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;
