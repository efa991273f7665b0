import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below the directory that holds the text. */
export function filesThatHold(directory: string, text: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => readFileSync(file).includes(text));
}
