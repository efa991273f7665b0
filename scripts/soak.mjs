import { join } from 'node:path';
import { build } from './setup/build.mjs';
import { installPackages } from './setup/npm-packages.mjs';
import { root } from './setup/paths.mjs';
import { runVisibly } from './setup/run-command.mjs';
import { runMain } from './setup/say.mjs';
import { ensureServers } from './setup/servers.mjs';
import { ensureTools } from './setup/tools.mjs';
import { isolated } from './testing/isolate.mjs';

/** Many processes on one store for a while, some of them killed: `npm run soak -- --seconds 1200 --seed 1 --workers 16`. */
await runMain(async () => {
  installPackages();
  await build();
  ensureServers();
  ensureTools();
  const program = join(root, 'test', 'dist', 'soak', 'main.js');
  const isGood = await isolated(async () =>
    runVisibly(process.execPath, [program, ...process.argv.slice(2)], { cwd: root, timeoutMs: 0 }),
  );
  return isGood ? 0 : 1;
});
