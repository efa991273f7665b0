/** Shorter work is not worth a word. */
const patienceMs = 1000;
const frameMs = 200;

/** Shows on a terminal that a longer work goes on; in a pipe, nothing. The line is gone when the work is done. */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return await work();
  const start = Date.now();
  const line = { isShown: false };
  const show = () => {
    const ms = Date.now() - start;
    if (ms < patienceMs) return;
    line.isShown = true;
    stderr.write(`\r\u001b[Kcleanmiss: ${what}, ${(ms / 1000).toFixed(0)} s`);
  };
  const timer = setInterval(show, frameMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (line.isShown) stderr.write('\r\u001b[K');
  }
}
