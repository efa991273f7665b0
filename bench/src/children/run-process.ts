/** Started as a process of its own: a run on an empty slot, without a checker, and what memory it took. Its argument is JSON. */
import { readFileSync } from 'node:fs';
import { loadConfig, openCache } from '@cleanmiss/open-cache';
import type { CheckedProject } from '../corpus/checked-project.js';
import { layoutOf } from '../corpus/layout.js';
import { RunWithoutChecker } from '../runs/run-without-checker.js';

export interface RunOrder {
  /** Of the run, and of nobody else. */
  readonly root: string;
  readonly project: CheckedProject;
  readonly local: string;
  readonly remote: string | undefined;
}

export interface RunResult {
  readonly stateDir: string;
  readonly restoredFiles: number;
  /** Until the checker would start. */
  readonly peakBytesBefore: number;
  readonly peakBytes: number;
}

/** What a run may wait for remotes in all is too little for a gigabyte. */
const budgetMs = '600000';

async function run({ root, project, local, remote }: RunOrder): Promise<RunResult> {
  const config = loadConfig({ root, cwd: root, env: {}, flags: { local, remote, budgetMs } });
  const opened = openCache(config, { root, deferFill: true });
  try {
    using each = await RunWithoutChecker.start({ root, opened, layout: await layoutOf(project, root) });
    const { restored } = await each.prepare();
    const peakBytesBefore = peakBytes();
    await each.besideChecker({ isLong: true });
    await each.afterChecker();
    return {
      stateDir: each.stateDir,
      restoredFiles: restored.files,
      peakBytesBefore,
      peakBytes: peakBytes(),
    };
  } finally {
    opened.close();
  }
}

/** `maxRSS` of a process begins with that of the one that started it: Linux counts what it was before it was another program. */
function peakBytes(): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(statusOfProcess()) ?? [];
  return 1024 * (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes));
}

function statusOfProcess(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2]!) as RunOrder)));
