import { writeFileSync } from 'node:fs';
import { commandsPage, commandsPath } from './docs/commands.mjs';
import { configurationPage, configurationPath } from './docs/configuration.mjs';
import { build } from './setup/build.mjs';
import { runMain } from './setup/say.mjs';

/** Writes the pages that are made from something else. */
await runMain(async () => {
  await build();
  writeFileSync(configurationPath, await configurationPage());
  writeFileSync(commandsPath, await commandsPage());
  return 0;
});
