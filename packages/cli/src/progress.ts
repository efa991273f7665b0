const frameMs = 200;

/**
 * Shows on a terminal that a longer work goes on; in a pipe, nothing. The line is gone when the work is done.
 */
export async function withProgress<T>(what: string, work: () => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (!stderr.isTTY) return await work();
  const start = Date.now();
  const show = () => stderr.write(`\r\u001b[Kcleanmiss: ${what}, ${((Date.now() - start) / 1000).toFixed(0)} s`);
  const timer = setInterval(show, frameMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    stderr.write('\r\u001b[K');
  }
}
