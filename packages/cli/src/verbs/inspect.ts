import { readHistory } from '@cleanmiss/runner';
import { SnapshotStore, type Snapshot } from '@cleanmiss/snapshot';
import { jsonOption, jsonOptionHelp, openProject, storeOptionHelp, storeOptions } from '../project.js';
import { bytes, dateOf, printable, shown, table } from '../text.js';
import { UsageError, type Verb, type VerbInput } from '../verb.js';

export const verb: Verb = {
  name: 'inspect',
  about: 'Show what a snapshot holds (default: the one that the last run left)',
  usage: 'inspect [SNAPSHOT] [--local DIR] [--json]',
  options: { ...storeOptions, ...jsonOption },
  optionHelp: [...storeOptionHelp, jsonOptionHelp],
  takesCommand: false,
  failureCode: 1,
  run: inspect,
};

async function inspect(input: VerbInput): Promise<number> {
  using project = openProject(input);
  const { root, opened } = project;
  const id = wantedId(input, root);
  const loaded = await new SnapshotStore(opened.strict).load(id);
  if (!loaded.ok) throw new UsageError(`snapshot ${id} is not to be had: ${loaded.reason}`);
  const { snapshot } = loaded;
  input.terminal.print(input.options['json'] ? JSON.stringify(snapshot, undefined, 2) : describe(snapshot));
  return 0;
}

/** A whole id, or the beginning of one that this project's history knows. */
function wantedId({ operands: [wanted, extra] }: VerbInput, root: string): string {
  if (extra !== undefined) throw new UsageError('one snapshot at a time');
  const known = readHistory(root)
    .flatMap(({ snapshot, published }) => [snapshot, published.snapshot])
    .filter((id) => id !== null);
  if (wanted === undefined) {
    const last = known.at(-1);
    if (last) return last;
    throw new UsageError('no run of this project has left a snapshot; name one: cleanmiss inspect SNAPSHOT');
  }
  if (!/^[0-9a-f]{6,64}$/.test(wanted))
    throw new UsageError(`${shown(wanted)} is no snapshot: 6 to 64 hex digits`);
  return known.findLast((id) => id.startsWith(wanted)) ?? wanted;
}

function describe({ id, units, origins }: Snapshot): string {
  const files = units.flatMap((unit) => unit.files);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, 5);
  return table([
    ['snapshot', id],
    ['holds', `${units.length} units, ${files.length} files, ${bytes(total)}`],
    ...origins.map(({ writer, key, last }) => [
      'by',
      `${printable(writer)}${key ? ` with key ${printable(key)}` : ''}, ${dateOf(last)}`,
    ]),
    ...largest.map(({ path, size }) => ['largest', bytes(size).padStart(9), printable(path)]),
  ]);
}
