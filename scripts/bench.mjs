import { join } from 'node:path';
import { build } from './setup/build.mjs';
import { ensureCorpora } from './setup/corpora.mjs';
import { ensureNewerNode } from './setup/newer-node.mjs';
import { installPackages } from './setup/npm-packages.mjs';
import { root } from './setup/paths.mjs';
import { runVisibly } from './setup/run-command.mjs';
import { runMain } from './setup/say.mjs';
import { ensureServers } from './setup/servers.mjs';
import { ensureTools } from './setup/tools.mjs';
import { isolated } from './testing/isolate.mjs';

/** cleanmiss beside its peers: `npm run bench -- --help` tells what can be asked for. */
await runMain(async () => {
  const args = process.argv.slice(2);
  installPackages();
  await build();
  ensureServers();
  ensureCorpora(ensureTools(), { torch: !args.includes('--small') });
  const newerNode = ensureNewerNode();
  const others = newerNode === undefined ? [] : ['--newer-node', newerNode];
  const program = join(root, 'bench', 'dist', 'src', 'main.js');
  const isGood = await isolated(async () =>
    runVisibly(process.execPath, ['--expose-gc', program, ...others, ...args], { cwd: root, timeoutMs: 0 }),
  );
  return isGood ? 0 : 1;
});
