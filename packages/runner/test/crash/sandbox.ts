import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own. In memory where the system has such a place: what is tried here outlives a process, not a power cut. */
export class Sandbox implements Disposable {
  readonly path = realpathSync(
    mkdtempSync(join(isWritable('/dev/shm') ? '/dev/shm' : tmpdir(), 'cleanmiss-crash-')),
  );

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
