import type { RedisServer } from './redis-server.js';

export interface ExpectedMaster {
  readonly name: string;
  readonly port: number;
  /** How many there are, the asked one among them. */
  readonly sentinels: number;
}

/** What one sentinel does not know yet of its master, the one replica, and the other sentinels. */
export async function missingAtSentinel(
  sentinel: RedisServer,
  expected: ExpectedMaster,
): Promise<string | undefined> {
  const master = parseFields(await sentinel.cli('SENTINEL', 'MASTER', expected.name));
  const wanted = {
    port: String(expected.port),
    flags: 'master',
    'num-slaves': '1',
    'num-other-sentinels': String(expected.sentinels - 1),
  };
  const wrong = Object.entries(wanted).find(([field, value]) => master.get(field) !== value);
  if (wrong !== undefined)
    return `${sentinel.port} says ${wrong[0]} is ${master.get(wrong[0])}, not ${wrong[1]}`;
  // It may know them and not have reached them.
  const quorum = await sentinel.cli('SENTINEL', 'CKQUORUM', expected.name);
  return quorum.startsWith(`OK ${expected.sentinels} usable`) ? undefined : quorum;
}

export async function primaryPortAt(sentinels: readonly RedisServer[], name: string): Promise<number> {
  const sentinel = sentinels.find(({ isRunning }) => isRunning);
  if (sentinel === undefined) throw new Error('no sentinel is running');
  const [, port] = (await sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)).split('\n');
  return Number(port);
}

/** Names and values on alternate lines. */
function parseFields(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n');
  const names = lines.filter((_, index) => index % 2 === 0);
  return new Map(names.map((name, index) => [name, lines[2 * index + 1] ?? '']));
}
