import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { Json } from '@cleanmiss/core';

/** An absolute path in a form that is the same in every checkout, and never a path of this machine. */
export function portablePath(value: string, root: string): string {
  if (!isAbsolute(value)) return value;
  return isInside(value, root)
    ? `<root>/${relative(root, value).replaceAll(sep, '/')}`
    : `<${digestOf(value)}>`;
}

export function isInside(path: string, folder: string): boolean {
  const steps = relative(folder, path);
  return steps !== '..' && !steps.startsWith(`..${sep}`) && !isAbsolute(steps);
}

export function digestOf(value: Json): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
