import { cpSync, lutimesSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Writes text files, making their folders: `{ 'pkg/a.py': 'import b\n' }`. */
export function writeProject(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}

export interface CopyOptions {
  /** The mtime of all copied files: another checkout's. Default: now. */
  readonly mtime?: Date;
}

/** What a second checkout has: the sources and git's folder, with other mtimes, and no state of any checker. */
export function copyProject(from: string, to: string, { mtime = new Date() }: CopyOptions = {}): void {
  const isSource = (path: string): boolean => !STATE_NAMES.has(basename(path));
  cpSync(from, to, { recursive: true, filter: isSource, verbatimSymlinks: true });
  for (const path of readdirSync(to, { recursive: true, encoding: 'utf8' }))
    lutimesSync(join(to, path), mtime, mtime);
}

/** Copies the first `max` of the files below a folder that are wanted, by their paths in it. */
export function copySome(
  from: string,
  to: string,
  { max, isWanted }: { readonly max: number; readonly isWanted: (path: string) => boolean },
): void {
  const paths = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter(isWanted).sort();
  for (const path of paths.slice(0, max)) cpSync(join(from, path), join(to, path));
}

/** Paths of a project's own Python files. */
export function pythonFilesOf(project: string): readonly string[] {
  const paths = readdirSync(project, { recursive: true, encoding: 'utf8' });
  const isOwn = (path: string): boolean => path.endsWith('.py') && !path.startsWith('.cleanmiss');
  return paths.filter(isOwn).map((path) => join(project, path));
}

const STATE_NAMES = new Set(['.cleanmiss', '.mypy_cache', '__pycache__']);

/** Moves a file's mtime; its content stays. Default: now. */
export function touch(path: string, mtime = new Date()): void {
  utimesSync(path, mtime, mtime);
}
