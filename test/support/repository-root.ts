import { fileURLToPath } from 'node:url';

/** Compiled, this file is `test/dist/support/repository-root.js`. */
export const repositoryRoot = fileURLToPath(new URL('../../../', import.meta.url));
