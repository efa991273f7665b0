import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../setup/paths.mjs';
import { schemaPage } from './schema-page.mjs';

export const configurationPath = join(root, 'docs', 'configuration.md');

/** Variables that stand for no member of the file. */
const variables = [
  {
    name: 'CLEANMISS_PRIVATE_KEY',
    about: 'the key that signs what is stored here (see [trust](trust.md)); never in a file of the project',
  },
  { name: 'CLEANMISS_PRIVATE_KEY_FILE', about: 'a file that holds it' },
  { name: 'CLEANMISS_DEBUG', about: 'where cleanmiss itself fails: its stack as well' },
];

/** The page as it has to be. */
export async function configurationPage() {
  const schema = JSON.parse(
    readFileSync(join(root, 'packages', 'open-cache', 'cleanmiss.schema.json'), 'utf8'),
  );
  const options = await resolveConfig(configurationPath);
  return await format(schemaPage(schema, variables), { ...options, parser: 'markdown' });
}
