import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { noSlot } from './no-slot.js';

/**
 * Opens the file, and creates it where `create` says so, as the only one to have it open so; `undefined` where another
 * has. The exclusion belongs to what was opened, not to the process: a child that inherits the descriptor shares
 * it, and it ends when the last of them is closed, which the kernel does for the killed.
 *
 * Linux has this as a lock on an open file description, which Node cannot ask for: hence the addon. macOS (`flock`)
 * and Windows (a share mode of none) give it with the opening. On Windows a child could not inherit the addon's kind:
 * `LockFileEx` locks for the process that calls it, and ends with that.
 */
export function openExclusively(path: string, create: boolean): number | undefined {
  const flag = lockingOpenFlags.get(process.platform);
  const flags = constants.O_RDWR | noFollow | (create ? constants.O_CREAT : 0);
  return flag === undefined ? openThenLock(path, flags) : openLocked(path, flags | flag);
}

/**
 * libuv's `UV_FS_O_EXLOCK`, which Node passes on but does not name. Without `O_NONBLOCK` macOS would wait for the lock.
 * https://docs.libuv.org/en/v1.x/fs.html#c.UV_FS_O_EXLOCK
 */
const lockingOpenFlags: ReadonlyMap<NodeJS.Platform, number> = new Map([
  ['darwin', 0x20 | constants.O_NONBLOCK],
  ['win32', 0x10000000],
]);

/** Windows has no such flag. */
const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;

/** Only its owner has any business with a lock file. */
const lockFileMode = 0o600;

function openLocked(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags, lockFileMode);
  } catch (error) {
    throwUnlessTaken(path, error);
    return undefined;
  }
}

function openThenLock(path: string, flags: number): number | undefined {
  const locks = loadAddon();
  const fd = openSync(path, flags, lockFileMode);
  try {
    locks.tryLock(fd, 0, 0, true);
    return fd;
  } catch (error) {
    closeSync(fd);
    throwUnlessTaken(path, error);
    return undefined;
  }
}

function throwUnlessTaken(path: string, error: unknown): void {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (takenCodes.has(code)) return;
  if (!cannotLockCodes.has(code)) throw error;
  throw noSlot(`the file system of ${path} does not support locks (${code})`, error);
}

const takenCodes: ReadonlySet<string> = new Set(['EAGAIN', 'EWOULDBLOCK', 'EBUSY']);

/** Network file systems without a lock service; kernels that lack this kind of lock say `EINVAL`. */
const cannotLockCodes: ReadonlySet<string> = new Set(['ENOLCK', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL']);

interface LockAddon {
  /** The whole file from 0 on for a length of 0. Throws with the code `EAGAIN` where another has it. */
  tryLock(fd: number, offset: number, length: number, exclusive: boolean): void;
}

let addon: LockAddon | undefined;

function loadAddon(): LockAddon {
  addon ??= requireAddon(createRequire(import.meta.url));
  return addon;
}

/**
 * The prebuilt file itself: 2 ms in a new process. The package's entry takes 15 to 25 ms to find the same file, and
 * does not look at it on Alpine, where it loads as well. It comes second, for a build that lies elsewhere.
 */
function requireAddon(require: NodeJS.Require): LockAddon {
  const name = 'fs-native-extensions';
  try {
    return require(`${name}/prebuilds/${process.platform}-${process.arch}/${name}.node`) as LockAddon;
  } catch {
    return requirePackage(require, name);
  }
}

function requirePackage(require: NodeJS.Require, name: string): LockAddon {
  try {
    return require(`${name}/binding.js`) as LockAddon;
  } catch (error) {
    throw noSlot(`${name} has no build that runs on ${process.platform}-${process.arch}`, error);
  }
}
