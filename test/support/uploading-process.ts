import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 2;

/** The process that uploads for a store, found among all there are: it is nobody's child for long. */
export function uploadingProcess(store: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => isUploadingFor(pid, store));
}

/** Resolves with the next one; `undefined` where there is none until `ended`. */
export async function nextUploadingProcess(
  store: string,
  ended: Promise<unknown>,
): Promise<number | undefined> {
  const isOver = stateOf(ended);
  for (;;) {
    const wasOver = isOver();
    const pid = uploadingProcess(store);
    if (pid !== undefined || wasOver) return pid;
    await delay(POLL_MS);
  }
}

/** Resolves when a process that uploads for a store has ended, or when the condition holds. */
export async function endOfUploading(pid: number, store: string, condition = () => false): Promise<void> {
  while (isUploadingFor(pid, store) && !condition()) await delay(POLL_MS);
}

/** With SIGKILL, and nobody else who has its number by now. */
export function killUploadingProcess(pid: number, store: string): boolean {
  if (!isUploadingFor(pid, store)) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It ended in between.
    return false;
  }
}

function stateOf(promise: Promise<unknown>): () => boolean {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  promise.then(end, end);
  return () => isOver;
}

function isUploadingFor(pid: number, store: string): boolean {
  const has = (file: string, word: string) => readOf(pid, file).split('\0').includes(word);
  return has('cmdline', 'upload') && has('environ', `CLEANMISS_LOCAL=${store}`);
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It has ended, or is another user's.
    return '';
  }
}
