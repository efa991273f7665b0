import {
  TemporaryDirectory,
  findTools,
  mypyPackageCorpus,
  torchCorpus,
} from '../../test/dist/support/index.js';
import { Stage } from './stage.mjs';
import { formatTable } from './table.mjs';

const HEADING = ['', 'outcome', 'exit code', 'files restored', 'seconds', 'times faster'];

const WHAT_IS_CHECKED = {
  mypy: 'on the sources of mypy itself, 320 to 380 modules with what they import',
  torch: 'on imports of torch, sympy, numpy and networkx, 1600 to 1800 modules',
};

/**
 * @param {{ torch: boolean }} options
 * @returns {Promise<number>} the exit code: 1 when something was not as promised
 */
export async function tellStory({ torch }) {
  const temporary = new TemporaryDirectory();
  try {
    const corpus = torch ? torchCorpus() : mypyPackageCorpus();
    process.stdout.write(`demo: ${WHAT_IS_CHECKED[torch ? 'torch' : 'mypy']}\n`);
    const stage = new Stage(corpus, temporary.path);
    return conclude(await play(stage));
  } finally {
    temporary[Symbol.dispose]();
  }
}

/**
 * @typedef {import('./stage.mjs').Result} Result
 *
 * @param {Stage} stage
 * @returns {Promise<Result[]>}
 */
async function play(stage) {
  const { mypy, otherMypy } = findTools();
  return [
    await stage.checkPlainly(mypy),
    await stage.checkPlainly(otherMypy),
    await stage.check('1. cold check', mypy, { checkout: 'first', promised: 'miss' }),
    await stage.check('2. second checkout, other path and mtimes', mypy, {
      checkout: 'second',
      promised: 'hit',
    }),
    ...(await Promise.all([
      stage.check('3. two versions at once, one of them new', mypy, { checkout: 'third', promised: 'hit' }),
      stage.check('   and the new one', otherMypy, { checkout: 'third', promised: 'miss' }),
    ])),
    ...(await Promise.all([
      stage.check('4. both at once on a fourth checkout', mypy, { checkout: 'fourth', promised: 'hit' }),
      stage.check('   and the other one', otherMypy, { checkout: 'fourth', promised: 'hit' }),
    ])),
  ];
}

/** @param {Result[]} results */
function conclude(results) {
  process.stdout.write(`\n${formatTable([HEADING, ...results.map(({ row }) => row)])}\n`);
  const broken = results.flatMap((result) => result.broken);
  if (broken.length === 0) {
    process.stdout.write('Every check said exactly what plain mypy says, with its exit code.\n');
    return 0;
  }
  for (const promise of broken) process.stderr.write(`not as promised: ${promise}\n`);
  return 1;
}
