import { execFileSync } from 'node:child_process';
import { atEndOf, type Scope } from './temporary.js';

/** A network of its own, joined to this machine's by a cable: it reaches this machine, and nothing else. */
export interface Network {
  /** Starts the command after it in there. */
  readonly under: readonly string[];
  /** This machine, as seen from there. */
  readonly hostAddress: string;
}

/** Why none can be made here; `undefined` where they can. */
export function whyNoNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces want root';
  const name = `${prefix}-probe`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return undefined;
  } catch (error) {
    return `there is no \`ip netns\` here: ${(error as Error).message.trim()}`;
  }
}

/** Makes one, `number` 0 to 63; removed when the scope ends, with whatever became of the test. */
export function makeNetwork(scope: Scope, number: number): Network {
  const name = `${prefix}-${number}`;
  const [outside, inside] = [`cm${process.pid}o${number}`, `cm${process.pid}i${number}`];
  // A block that is set aside for tests of networks (RFC 2544), so that nobody's own addresses are met.
  const [hostAddress, address] = [1, 2].map((last) => `198.18.77.${number * 4 + last}`) as [string, string];
  ip('netns', 'add', name);
  atEndOf(scope, () => {
    quietly('link', 'del', outside);
    quietly('netns', 'del', name);
  });
  ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name);
  ip('address', 'add', `${hostAddress}/30`, 'dev', outside);
  ip('link', 'set', outside, 'up');
  ip('-n', name, 'address', 'add', `${address}/30`, 'dev', inside);
  ip('-n', name, 'link', 'set', inside, 'up');
  return { under: ['ip', 'netns', 'exec', name], hostAddress };
}

const prefix = `cleanmiss-${process.pid}`;

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function quietly(...args: readonly string[]): void {
  try {
    ip(...args);
  } catch {
    // It is gone already.
  }
}
