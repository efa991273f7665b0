import { join } from 'node:path';
import { copyProject } from '@cleanmiss/integration-tests/support';
import type { CheckedProject } from '../corpus/checked-project.js';

/** A fresh checkout in a folder, with mtimes of now: not those of any other. */
export function checkOut({ directory }: Pick<CheckedProject, 'directory'>, folder: string): string {
  const checkout = join(folder, 'project');
  copyProject(directory, checkout);
  return checkout;
}
