import { realpathSync } from 'node:fs';
import type { Invocation } from './checker-profile.js';

/** Checkers see their working directory with links resolved; so they name their sources. */
export function realPlace({ cwd, root }: Invocation): Pick<Invocation, 'cwd' | 'root'> {
  try {
    return { cwd: realpathSync(cwd), root: realpathSync(root) };
  } catch {
    return { cwd, root };
  }
}
