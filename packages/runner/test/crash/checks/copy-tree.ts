import { copyFileSync, linkSync, lstatSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Sandbox } from '../sandbox.js';

/** A copy to be read, verified and collected, while the original stays as the kill has left it. */
export class TreeCopy extends Sandbox {
  constructor(directory: string) {
    super();
    copyFolder(directory, this.path, new Map());
  }
}

/** With their times, by which a collector goes, and with two names of one file as such: a kill comes between link and unlink. */
function copyFolder(from: string, to: string, links: Map<number, string>): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const { ino, atimeMs, mtimeMs } = lstatSync(source);
    const known = links.get(ino);
    if (entry.isDirectory()) {
      mkdirSync(target);
      copyFolder(source, target, links);
    } else if (known) {
      linkSync(known, target);
    } else {
      copyFileSync(source, target);
      utimesSync(target, atimeMs / 1000, mtimeMs / 1000);
      links.set(ino, target);
    }
  }
}
