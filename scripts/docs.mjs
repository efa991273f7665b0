import { writeFileSync } from 'node:fs';
import { configurationPage, configurationPath } from './docs/configuration.mjs';
import { runMain } from './setup/say.mjs';

/** Writes the pages that are made from something else. */
await runMain(async () => {
  writeFileSync(configurationPath, await configurationPage());
  return 0;
});
