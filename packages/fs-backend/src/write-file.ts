import { dirname } from 'node:path';
import { temporaryPrefix } from './fan-out.js';
import { errorCodeOf, privateModes, type FileSystem, type Modes } from './file-system.js';
import { moveToQuarantine } from './move-aside.js';
import type { StoreFiles } from './store-files.js';
import { whileBusy } from './while-busy.js';

const maxAttempts = 3;

export interface WriteOptions {
  /** Have the disk hold the bytes before they get their name. Default: false. */
  readonly sync?: boolean;
  /** Default: only for us. */
  readonly modes?: Modes;
}

/**
 * The file is there whole or as it was, whoever is killed when: the bytes go to a file of their own, and a rename gives
 * it the name. Makes the folder where it is missing, which it finds out by failing: that costs nothing once it is there.
 */
export function writeFile(
  files: StoreFiles,
  path: string,
  bytes: Uint8Array,
  options: WriteOptions = {},
): void {
  files.marker.ensureOnce();
  for (let attempt = 1; ; attempt++) {
    try {
      writeAndRename(files, path, bytes, options);
      return;
    } catch (error) {
      // No such folder yet; or somebody emptied the store, or collected our temporary file for an old one, under our hands.
      if (errorCodeOf(error) !== 'ENOENT' || attempt === maxAttempts) throw error;
      files.makeFolder(dirname(path));
    }
  }
}

/** Fails where there is a file of that name, and leaves none behind where it fails. */
export function writeNewFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  { sync = false, modes = privateModes }: WriteOptions = {},
): void {
  const fd = fs.openSync(path, 'wx', modes.file);
  try {
    try {
      if (modes.isExact) fs.fchmodSync(fd, modes.file);
      for (let written = 0; written < bytes.length;) written += fs.writeSync(fd, bytes, written);
      if (sync) fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    // A full disk is not made fuller.
    removeQuietly(fs, path);
    throw error;
  }
}

function writeAndRename(files: StoreFiles, path: string, bytes: Uint8Array, options: WriteOptions): void {
  const { fs } = files;
  const temporary = `${dirname(path)}/${temporaryPrefix}${files.uniqueName()}`;
  writeNewFile(fs, temporary, bytes, { ...options, modes: files.modes() });
  try {
    whileBusy(() => {
      fs.renameSync(temporary, path);
    });
  } catch (error) {
    if (!setAsideFolder(files, path)) {
      removeQuietly(fs, temporary);
      throw error;
    }
    fs.renameSync(temporary, path);
  }
}

/** A rename replaces files and links, not folders. Whoever put one there gets no better place than the quarantine. */
function setAsideFolder(files: StoreFiles, path: string): boolean {
  if (!files.fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  return moveToQuarantine(files, path) !== undefined;
}

function removeQuietly(fs: FileSystem, path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Swept by the next collection; the error that brought us here is the one to report.
  }
}
