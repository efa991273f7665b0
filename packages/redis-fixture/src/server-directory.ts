import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Guard } from './guard.js';

/** A directory for one server, and the guard that removes it where we cannot. */
export class ServerDirectory {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'cleanmiss-redis-')));
  readonly guard = new Guard(this.path);

  /** When its server has ended. */
  async remove(): Promise<void> {
    rmSync(this.path, { recursive: true, force: true });
    await this.guard.stop();
  }
}
