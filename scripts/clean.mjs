import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

/** Removes what `tsc -b` made. What was downloaded for tests stays: delete .test-tools to be rid of it too. */
const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
for (const project of [...packages, join(root, 'test')]) {
  rmSync(join(project, 'dist'), { recursive: true, force: true });
}
