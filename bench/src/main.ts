import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfProcess } from '@cleanmiss/integration-tests/support';
import { usage, parseArguments, WrongUsage } from './arguments.js';
import { MypyAlone } from './checking/mypy-alone.js';
import { checkedProject, stateOf } from './corpus/checked-project.js';
import type { Corpus } from './corpus/corpus.js';
import { describeMachine } from './measuring/machine.js';
import { headline, renderRow } from './report.js';
import { rows } from './rows/index.js';
import type { Bench, Row, RowResult } from './row.js';

async function main(args: readonly string[]): Promise<void> {
  const options = parseArguments(args);
  if (options.wantsHelp) {
    print(usage);
    return;
  }
  const project = checkedProject(options);
  const scratch = realpathSync(mkdtempSync(join(options.scratch ?? tmpdir(), 'cleanmiss-bench-')));
  atEndOfProcess(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  let corpus: Promise<Corpus> | undefined;
  let alone: Promise<MypyAlone> | undefined;
  let folders = 0;
  const folder = () => {
    const path = join(scratch, String(folders++));
    mkdirSync(path);
    return path;
  };
  const bench: Bench = {
    isSmall: options.isSmall,
    rounds: options.rounds,
    project,
    corpus: () => (corpus ??= stateOf(project, say)),
    mypyAlone: () => (alone ??= MypyAlone.check(project, folder(), say)),
    newerNode: options.newerNode,
    folder,
    say,
  };
  const machine = describeMachine(scratch);
  print(headline(machine, await bench.corpus(), options));
  const results: (RowResult & Pick<Row, 'number' | 'work'>)[] = [];
  for (const row of rows.filter(({ number }) => options.rows?.includes(number) ?? true)) {
    say(`row ${row.number}: ${row.work}`);
    const result = { number: row.number, work: row.work, ...(await row.measure(bench)) };
    results.push(result);
    print(renderRow(result));
  }
  const { name, bytes, files } = await bench.corpus();
  const record = { machine, corpus: { name, bytes, files: files.length }, options, rows: results };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, undefined, 2)}\n`);
}

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  process.stderr.write(`${error.message}\n\n${usage}\n`);
  process.exitCode = 2;
}
