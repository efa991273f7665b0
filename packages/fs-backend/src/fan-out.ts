import { dirname } from 'node:path';
import { refuseLink, type FileSystem } from './file-system.js';

/** Names of files that are being written; whoever is killed leaves one behind. */
export const temporaryPrefix = '.tmp-';
/** Names of files that a collection is about to remove (see `retire.ts`). */
const retiredPrefix = '.gc-';

export type FanOutEntry =
  | { readonly kind: 'file'; readonly name: string; readonly path: string }
  | { readonly kind: 'temporary'; readonly path: string }
  /** `name` and `home`: what the file was called, and where. */
  | { readonly kind: 'retired'; readonly name: string; readonly path: string; readonly home: string };

/** Files under names of 64 hex digits, in 256 folders by the first two, so that no folder grows too long. */
export class FanOut {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  pathOf(name: string): string {
    return `${this.directory}/${name.slice(0, 2)}/${name.slice(2)}`;
  }

  /** What there is, folder by folder. Passes over names that no store has given. */
  *entries(fs: FileSystem): Iterable<FanOutEntry> {
    refuseLink(fs, dirname(this.directory));
    for (const prefix of namesIn(fs, this.directory)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      const folder = `${this.directory}/${prefix}`;
      for (const name of namesIn(fs, folder)) {
        const entry = entryOf(folder, prefix, name);
        if (entry) yield entry;
      }
    }
  }
}

/** Beside the file, so that the rename stays inside one folder of one file system. */
export function retiredPathOf(path: string, unique: string): string {
  const slash = path.lastIndexOf('/');
  return `${path.slice(0, slash)}/${retiredPrefix}${path.slice(slash + 1)}.${unique}`;
}

/** Empty where there is no such folder. @throws `ELOOP` where it is a link (see `refuseLink`) */
export function namesIn(fs: FileSystem, folder: string): readonly string[] {
  refuseLink(fs, folder);
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function entryOf(folder: string, prefix: string, name: string): FanOutEntry | undefined {
  const path = `${folder}/${name}`;
  if (/^[0-9a-f]{62}$/.test(name)) return { kind: 'file', name: prefix + name, path };
  if (name.startsWith(temporaryPrefix)) return { kind: 'temporary', path };
  const retired = /^\.gc-([0-9a-f]{62})\./.exec(name)?.[1];
  return retired
    ? { kind: 'retired', name: prefix + retired, path, home: `${folder}/${retired}` }
    : undefined;
}
