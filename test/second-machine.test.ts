import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  assertSameAnswer,
  check,
  coldAnswer,
  copyProject,
  findTools,
  mypyPackageCorpus,
  temporaryDirectory,
  torchCorpus,
} from './support/index.js';

const isLong = process.env['CLEANMISS_LONG'] === '1';
const corpora = [mypyPackageCorpus, ...(isLong ? [torchCorpus] : [])];
const lastYear = new Date('2025-01-02T03:04:05Z');

describe('a second machine', () => {
  for (const corpusOf of corpora) {
    for (const which of isLong ? (['mypy', 'otherMypy'] as const) : (['otherMypy'] as const)) {
      it(`starts where the first one ended: ${corpusOf.name}, ${which}`, async (t) => {
        const mypy = findTools()[which];
        const corpus = corpusOf();
        const directory = temporaryDirectory(t);
        const [first, second] = ['here/project', 'there/at/another/path'].map((path) =>
          join(directory, path),
        ) as [string, string];
        const store = join(directory, 'store');
        copyProject(corpus.directory, first);
        copyProject(corpus.directory, second, { mtime: lastYear });
        const command = [mypy.command, ...corpus.args];
        const expected = await coldAnswer(mypy, corpus.args, first, join(directory, 'cache'));
        const warm = await coldAnswer(mypy, corpus.args, first, join(directory, 'cache'));
        const cold = await check(command, { cwd: first, store });
        assertSameAnswer(cold, expected, 'cold');
        assert.equal(cold.report.outcome, 'miss');
        const restored = await check(command, { cwd: second, store });
        assertSameAnswer(restored, expected, 'restored');
        assert.equal(restored.report.outcome, 'hit');
        assert.ok(restored.report.restored.files > 200);
        const ratio = (ended: { durationMs: number }) => (ended.durationMs / restored.durationMs).toFixed(2);
        t.diagnostic(
          `mypy ${mypy.version}: cold alone ${ms(expected)}, restored ${ms(restored)}, warm alone ${ms(warm)}`,
        );
        t.diagnostic(`restored is ${ratio(expected)}x faster than cold; warm is ${ratio(warm)} of it`);
      });
    }
  }
});

function ms({ durationMs }: { readonly durationMs: number }): string {
  return `${String(Math.round(durationMs))} ms`;
}
