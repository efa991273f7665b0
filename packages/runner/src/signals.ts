import type { ChildProcess } from 'node:child_process';

const relayed: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

/**
 * While the checker runs, a signal to us is for it: we wait for what it makes of it. On a terminal, Ctrl-C and Ctrl-\
 * reach the whole foreground group, the checker included; passing them on would interrupt it twice.
 */
export function relaySignals(child: ChildProcess): () => void {
  const handlers = supported().map((signal) => {
    let arrivals = 0;
    const handler = () => {
      arrivals += 1;
      // Whoever asks twice was not heard: it came from elsewhere, or the checker needs to be told again.
      if (arrivals > 1 || !comesFromTerminal(signal)) child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}

function comesFromTerminal(signal: NodeJS.Signals): boolean {
  const fromKeyboard = signal === 'SIGINT' || signal === 'SIGQUIT';
  return fromKeyboard && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
}

/** Windows knows three of them, and delivers Ctrl-C to every process of the console itself. */
function supported(): readonly NodeJS.Signals[] {
  if (process.platform !== 'win32') return relayed;
  return relayed.filter((signal) => signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP');
}
