import { copyFileSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy to be read, verified and collected, while the original stays as the kill has left it. */
export class TreeCopy implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'cleanmiss-crash-copy-'));

  constructor(directory: string) {
    copyFolder(directory, this.path, new Map());
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** With their times, by which a collector goes, and with two names of one file as such: a kill comes between link and unlink. */
function copyFolder(from: string, to: string, links: Map<number, string>): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const { ino, atime, mtime } = lstatSync(source);
    const known = links.get(ino);
    if (entry.isDirectory()) {
      mkdirSync(target);
      copyFolder(source, target, links);
    } else if (known) {
      linkSync(known, target);
    } else {
      copyFileSync(source, target);
      utimesSync(target, atime, mtime);
      links.set(ino, target);
    }
  }
}
