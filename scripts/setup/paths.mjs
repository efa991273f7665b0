import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that is installed or downloaded for tests and the demo, ignored by git; deleting it is always safe. */
export const testTools = join(root, '.test-tools');
