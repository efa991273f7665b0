import * as nodeFs from 'node:fs';
import { dirname } from 'node:path';

/**
 * The calls of `node:fs` that a store makes. Injected, so that a test can put a race, a full disk or a failing sector
 * between two of them. Synchronous, because that is 3 to 10 times faster for thousands of small files.
 */
export type FileSystem = Pick<
  typeof nodeFs,
  | 'accessSync'
  | 'chmodSync'
  | 'closeSync'
  | 'existsSync'
  | 'fchmodSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'linkSync'
  | 'lstatSync'
  | 'lutimesSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'readSync'
  | 'renameSync'
  | 'rmSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeSync'
>;

/** The permissions of what a store makes. */
export interface Modes {
  readonly folder: number;
  readonly file: number;
  /** Whatever the umask. */
  readonly isExact: boolean;
}

/** Only for us; the umask takes permissions away and gives none. */
export const privateModes: Modes = { folder: 0o700, file: 0o600, isExact: false };

export const nodeFileSystem: FileSystem = nodeFs;

/** `undefined` for what is not an error of the operating system. */
export function errorCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Makes a folder and those above it. Not by Node's `recursive`, which never ends where the system says that nothing is there
 * of a folder that is (`/proc`, some automounters).
 */
export function makeFolders(fs: FileSystem, folder: string, modes: Modes = privateModes): void {
  try {
    makeFolder(fs, folder, modes);
  } catch (error) {
    const above = dirname(folder);
    if (errorCodeOf(error) !== 'ENOENT' || above === folder) throw error;
    if (fs.lstatSync(`${above}/.`, { throwIfNoEntry: false })) {
      // Another process has made it since; or nobody ever can make anything in there, and then this fails as well.
      makeFolder(fs, folder, modes);
      return;
    }
    makeFolders(fs, above, modes);
    makeFolders(fs, folder, modes);
  }
}

/** The same on this system, for us alone. */
export function makePrivateFolders(folder: string): void {
  makeFolders(nodeFileSystem, folder);
}

function makeFolder(fs: FileSystem, folder: string, modes: Modes): void {
  try {
    fs.mkdirSync(folder, { mode: modes.folder });
    if (modes.isExact) fs.chmodSync(folder, modes.folder);
  } catch (error) {
    const isThere = () => fs.lstatSync(`${folder}/.`, { throwIfNoEntry: false })?.isDirectory();
    if (errorCodeOf(error) !== 'EEXIST' || !isThere()) throw error;
  }
}

/**
 * A link in the place of a folder of ours was planted, by whoever else may write to the store: what we read, remove and
 * collect there would be somebody's own. It is refused as the system refuses a link that may not be followed, and stays
 * for its owner to see. (One that is put there between this look and our next step is not seen: against whoever can do that to a
 * store all the time, only permissions help.) Answers whether the folder is there.
 *
 * @throws `ELOOP`, an outage
 */
export function refuseLink(fs: FileSystem, folder: string): boolean {
  const stats = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!stats?.isSymbolicLink()) return stats !== undefined;
  const error = new Error(`ELOOP: ${folder} is a symbolic link, and is not followed; remove it`);
  throw Object.assign(error, { code: 'ELOOP', syscall: 'lstat', path: folder });
}

/** The same for the folders above it as well, up to one that may be a link. */
export function refuseLinks(fs: FileSystem, folder: string, within: string): void {
  const above = dirname(folder);
  if (folder === within || above === folder) return;
  refuseLinks(fs, above, within);
  refuseLink(fs, folder);
}

/** Runs `step`, and answers whether what it works on was there. */
export function ifThere(step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
