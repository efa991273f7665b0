import { delimiter, dirname, join } from 'node:path';
import { build } from './setup/build.mjs';
import { installPackages } from './setup/npm-packages.mjs';
import { ensureNpmTools } from './setup/npm-tools.mjs';
import { root, testTools } from './setup/paths.mjs';
import { runVisibly } from './setup/run-command.mjs';
import { SetupError, runMain, say } from './setup/say.mjs';
import { ensureServers } from './setup/servers.mjs';
import { ensureTools } from './setup/tools.mjs';
import { isolated } from './testing/isolate.mjs';
import { listExamples } from './testing/list-examples.mjs';

/** Runs every example, each in its own folder, with `cleanmiss` and `mypy` on PATH, mypy's path in MYPY, and what is installed from npm in TOOLS. */
await runMain(async () => {
  installPackages();
  await build();
  ensureServers();
  ensureNpmTools(['opentelemetry', 'dependency-cruiser']);
  const tools = ensureTools();
  const examples = listExamples(join(root, 'examples'));
  if (examples.length === 0) throw new SetupError('there is no example in examples/');
  const programs = [join(root, 'node_modules', '.bin'), process.env['PATH'], dirname(tools.mypy.command)];
  const env = { PATH: programs.join(delimiter), MYPY: tools.mypy.command, TOOLS: join(testTools, 'npm') };
  const failed = await isolated(async () => examples.filter((example) => !runExample(example, env)));
  for (const { name } of failed) process.stderr.write(`error: examples/${name} failed\n`);
  say(`examples: ${examples.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
});

/**
 * @param {import('./testing/list-examples.mjs').Example} example
 * @param {Record<string, string>} env
 */
function runExample({ name, folder, command, args }, env) {
  say(`running examples/${name}: ${[command, ...args].join(' ')}`);
  return runVisibly(command, args, { cwd: folder, env });
}
