import { build } from './setup/build.mjs';
import { ensureCorpora } from './setup/corpora.mjs';
import { installPackages } from './setup/npm-packages.mjs';
import { runMain } from './setup/say.mjs';
import { ensureTools } from './setup/tools.mjs';
import { isolated } from './testing/isolate.mjs';

/**
 * Shows the main job on real code: a cold check, a restored one, two versions of mypy at once.
 *
 * usage: npm run demo [-- --torch]    (on imports of torch, sympy, numpy and networkx; a larger download)
 */
await runMain(async () => {
  const torch = process.argv.includes('--torch');
  installPackages();
  await build();
  ensureCorpora(ensureTools(), { torch });
  // Only now: what it imports has just been compiled.
  const { tellStory } = await import('./demo/story.mjs');
  return await isolated(async () => await tellStory({ torch }));
});
