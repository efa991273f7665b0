import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * The old content or the new, whenever the process dies. Not for files that several processes write: the name of
 * the temporary file is fixed, so that a killed run leaves at most one behind.
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.tmp`;
  // Left by a killed run, or planted: a link would be written through, and a pipe waited for.
  rmSync(temporary, { recursive: true, force: true });
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    renameOver(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A rename replaces files and links, not folders. */
function renameOver(temporary: string, file: string): void {
  try {
    renameSync(temporary, file);
  } catch (error) {
    if (!lstatSync(file, { throwIfNoEntry: false })?.isDirectory()) throw error;
    rmSync(file, { recursive: true, force: true });
    renameSync(temporary, file);
  }
}
