import { build } from './setup/build.mjs';
import { ensureCorpora } from './setup/corpora.mjs';
import { installPackages } from './setup/npm-packages.mjs';
import { ensureNpmTools } from './setup/npm-tools.mjs';
import { SetupError, runMain, say } from './setup/say.mjs';
import { ensureServers } from './setup/servers.mjs';
import { ensureTools } from './setup/tools.mjs';
import { isolated } from './testing/isolate.mjs';
import { listTestFiles } from './testing/list-test-files.mjs';
import { runTestFiles } from './testing/run-test-files.mjs';

const USAGE = `usage: npm test [-- [PATH-PART...] [--test-name-pattern=PATTERN]]
       npm run test:long [-- ...]

Runs the test files whose path holds one of the parts; all without one.`;

const UNIT_CONCURRENCY = 2;

// They start several checkers at once; none asserts a time.
const INTEGRATION_CONCURRENCY = 2;

await runMain(async () => {
  const { filters, long, testNamePatterns } = parseArguments(process.argv.slice(2));
  installPackages();
  await build();
  ensureServers();
  ensureCorpora(ensureTools(), { torch: long });
  ensureNpmTools();
  const { unit, integration } = listTestFiles(filters);
  const groups = [
    { files: unit, concurrency: UNIT_CONCURRENCY },
    { files: integration, concurrency: INTEGRATION_CONCURRENCY },
  ].filter(({ files }) => files.length > 0);
  if (groups.length === 0) throw new SetupError(`no test file's path holds: ${filters.join(' ')}`);
  return await isolated(async () => {
    if (long) process.env['CLEANMISS_LONG'] = '1';
    return await runGroups(groups, testNamePatterns);
  });
});

/** @param {readonly string[]} args */
function parseArguments(args) {
  const namePattern = '--test-name-pattern=';
  const flags = args.filter((arg) => arg.startsWith('-'));
  const unknown = flags.find((flag) => flag !== '--long' && !flag.startsWith(namePattern));
  if (unknown !== undefined) throw new SetupError(`unknown option ${unknown}\n\n${USAGE}`);
  const patterns = flags.filter((flag) => flag.startsWith(namePattern));
  return {
    filters: args.filter((arg) => !arg.startsWith('-')),
    long: flags.includes('--long'),
    testNamePatterns: patterns.map((flag) => flag.slice(namePattern.length)),
  };
}

/**
 * @param {readonly { files: string[], concurrency: number }[]} groups
 * @param {string[]} testNamePatterns
 * @returns {Promise<number>} the exit code
 */
async function runGroups(groups, testNamePatterns) {
  let passed = 0;
  let failed = 0;
  for (const { files, concurrency } of groups) {
    say(`running ${files.length} test files, ${concurrency} at a time`);
    const outcome = await runTestFiles(files, { concurrency, testNamePatterns });
    passed += outcome.passed;
    failed += outcome.failed;
  }
  if (failed > 0) return 1;
  // A run in which nothing was tried has shown nothing.
  if (passed === 0) throw new SetupError('no test was executed');
  return 0;
}
