import { ensureCorpora } from './setup/corpora.mjs';
import { ensureNpmTools } from './setup/npm-tools.mjs';
import { runMain } from './setup/say.mjs';
import { ensureServers } from './setup/servers.mjs';
import { ensureTools } from './setup/tools.mjs';

/**
 * Finds or installs what tests, benchmarks and the demo need besides npm packages, under .test-tools.
 *
 * usage: node scripts/provision.mjs [--torch]
 */
await runMain(() => {
  ensureServers();
  ensureCorpora(ensureTools(), { torch: process.argv.includes('--torch') });
  ensureNpmTools();
  return 0;
});
