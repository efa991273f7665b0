import { closeSync, constants, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';

/*
 * Files that we keep beside a project or a store. A repository can bring links along, and somebody else may have planted them,
 * or pipes, where we come to read and write. They are seen when a file is opened. What our own user does to our folders
 * while we are at work is not: he could as well write to the files themselves.
 */

/** Windows has neither flag, and neither trick without privileges. */
const noFollow = (constants as { readonly O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
const noWait = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/** `undefined` where there is no regular file, none that can be read, or a longer one. A link is not followed. */
export function readOwnFile(path: string, maxBytes: number): Buffer | undefined {
  try {
    return withFile(path, constants.O_RDONLY, (fd) =>
      fstatSync(fd).size <= maxBytes ? readFileSync(fd) : undefined,
    );
  } catch {
    return undefined;
  }
}

/** Creates it where it is not there. Answers how long it is then; `undefined` where something else stands there. */
export function appendToOwnFile(path: string, text: string): number | undefined {
  return withFile(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, (fd) => {
    writeSync(fd, text);
    return fstatSync(fd).size;
  });
}

function withFile<T>(path: string, flags: number, step: (fd: number) => T): T | undefined {
  const fd = openSync(path, flags | noFollow | noWait, 0o600);
  try {
    return fstatSync(fd).isFile() ? step(fd) : undefined;
  } finally {
    closeSync(fd);
  }
}
