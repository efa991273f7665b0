import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** No pattern speaks of what is ours or git's. */
const never = ['**/.cleanmiss/**', '**/.git/**'];

/**
 * The files of a project that patterns name: from the root, with `/`, in one order on every machine. A pattern that begins with `!` takes
 * some away. Links to folders are followed; names that begin with a dot are like any other.
 */
export async function declaredFiles(root: string, patterns: readonly string[]): Promise<readonly string[]> {
  if (patterns.length === 0) return [];
  // Most runs do without.
  const { glob } = await import('tinyglobby');
  const options = { cwd: root, dot: true, ignore: never, expandDirectories: false };
  const paths = await glob([...patterns], options);
  return paths.sort();
}

/** The content of one of them; `undefined` where there is none: a link that leads nowhere, a pipe (which would be waited for). */
export function readDeclared(root: string, path: string): Uint8Array | undefined {
  const file = join(root, path);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : undefined;
}
