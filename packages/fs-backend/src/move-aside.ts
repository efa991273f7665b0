import { dirname } from 'node:path';
import { errorCodeOf, ifThere, type FileSystem } from './file-system.js';
import type { StoreFiles } from './store-files.js';
import { whileBusy } from './while-busy.js';

/** Where it is now; `undefined` where it was gone. */
export function moveToQuarantine(files: StoreFiles, path: string): string | undefined {
  const { fs } = files;
  const folder = dirname(path);
  const name = path.slice(dirname(folder).length + 1).replace('/', '');
  const aside = files.quarantinePath(`${name}.${files.uniqueName()}`);
  if (moved(fs, path, aside)) return aside;
  files.makeFolder(dirname(aside));
  return moved(fs, path, aside) ? aside : undefined;
}

/** The 64 digits under which a file in quarantine stood. */
export function nameBeforeQuarantine(fileName: string): string | undefined {
  return /^([0-9a-f]{64})\./.exec(fileName)?.[1];
}

/** False where there was nothing to move, or no folder to move it to. */
export function moved(fs: FileSystem, from: string, to: string): boolean {
  return ifThere(() => {
    whileBusy(() => {
      fs.renameSync(from, to);
    });
  });
}

/**
 * Gives a file its name back, unless another has taken it since: that one is newer. By link, which fails where there
 * is something, and not by rename, which would put the older over the newer.
 */
export function putBack(fs: FileSystem, from: string, home: string): void {
  try {
    ifThere(() => {
      fs.linkSync(from, home);
    });
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    if (code !== 'EEXIST') {
      renameIfFree(fs, from, home);
      return;
    }
  }
  ifThere(() => {
    fs.unlinkSync(from);
  });
}

/** Without links (FAT, some network drives), between the look and the rename is a gap that cannot be closed. */
function renameIfFree(fs: FileSystem, from: string, home: string): void {
  if (fs.lstatSync(home, { throwIfNoEntry: false })) fs.unlinkSync(from);
  else moved(fs, from, home);
}
