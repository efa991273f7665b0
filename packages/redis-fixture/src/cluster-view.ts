/** How many slots a cluster has. */
export const SLOT_COUNT = 16_384;

/** One line of CLUSTER NODES: what one node knows of another, or of itself. */
export interface ClusterMember {
  readonly port: number;
  readonly isPrimary: boolean;
  /** Everybody agrees that it is gone, or this node suspects it, or has not met it yet. */
  readonly isDoubtful: boolean;
  readonly slotCount: number;
}

/** Reads the answer to CLUSTER NODES. */
export function parseClusterNodes(text: string): readonly ClusterMember[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): ClusterMember {
  const [, address = '', flags = '', , , , , link, ...slots] = line.split(' ');
  return {
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    isPrimary: /\bmaster\b/.test(flags),
    isDoubtful: /fail|handshake|noaddr/.test(flags) || link !== 'connected',
    // Slots in square brackets are on their way to or from another node.
    slotCount: slots.filter((range) => !range.startsWith('[')).reduce((sum, range) => sum + sizeOf(range), 0),
  };
}

/** Of `5` or `0-5460`. */
function sizeOf(range: string): number {
  const [first = '', last = first] = range.split('-');
  return Number(last) - Number(first) + 1;
}
