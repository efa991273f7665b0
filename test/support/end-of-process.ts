const hooks = new Set<() => void>();

/**
 * Calls a hook when this process ends before the returned function was called, also by Ctrl-C or by the test runner:
 * a test that is broken off leaves nothing behind.
 */
export function atEndOfProcess(hook: () => void): () => void {
  if (hooks.size === 0) listenOnce();
  hooks.add(hook);
  return () => {
    hooks.delete(hook);
  };
}

let isListening = false;

function listenOnce(): void {
  if (isListening) return;
  isListening = true;
  process.once('exit', callAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      callAll();
      process.kill(process.pid, signal);
    });
  }
}

/** The last one first: what was started in a temporary directory ends before it is removed. */
function callAll(): void {
  for (const hook of [...hooks].reverse()) hook();
}
