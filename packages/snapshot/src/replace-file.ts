import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * The old content or the new, whenever the process dies. Not for files that several processes write: the name of
 * the temporary file is fixed, so that a killed run leaves at most one behind.
 */
export function replaceFile(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
