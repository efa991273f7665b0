import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const POLL_MS = 25;
const TIMEOUT_MS = 60_000;

/** Every Node process that is started with `env`, and what those start: that it began, that it ended, what it took. */
export class WatchedProcesses {
  readonly env: Readonly<Record<string, string>>;
  readonly #records: string;

  /** `directory`: for the records. */
  constructor(directory: string) {
    this.#records = join(directory, 'processes');
    mkdirSync(this.#records);
    const hook = join(directory, 'processes.mjs');
    writeFileSync(hook, hookWritingTo(this.#records));
    this.env = { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` };
  }

  /** Uploads go on behind a run: resolves when all have ended. */
  async ended(): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (this.#read().some((text) => text === '')) {
      if (performance.now() > deadline) throw new Error('a process in the background does not end');
      await delay(POLL_MS);
    }
  }

  /** The most memory that one of them, ended by now, ever held (resident), in bytes. */
  peakBytes(): number {
    return Math.max(0, ...this.#read().map((text) => Number(text) * 1024));
  }

  #read(): readonly string[] {
    return readdirSync(this.#records).map((name) => readFileSync(join(this.#records, name), 'utf8'));
  }
}

function hookWritingTo(records: string): string {
  return [
    "import { writeFileSync } from 'node:fs';",
    `const record = ${JSON.stringify(`${records}/`)} + process.pid;`,
    "writeFileSync(record, '');",
    "process.on('exit', () => writeFileSync(record, String(process.resourceUsage().maxRSS)));",
    '',
  ].join('\n');
}
