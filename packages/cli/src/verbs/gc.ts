import { systemClock } from '@cleanmiss/core';
import {
  ageExamples,
  defaultGc,
  parseAge,
  parseSize,
  sizeExamples,
  type GcConfig,
} from '@cleanmiss/open-cache';
import { collectGarbage, collectGently, type Collected, type GcRequest } from '@cleanmiss/runner';
import {
  jsonOption,
  jsonOptionHelp,
  openProject,
  localOption,
  localOptionHelp,
  refuseNoStore,
  storeRow,
  type Project,
} from '../project.js';
import { withProgress } from '../progress.js';
import { bytes, shown, table } from '../text.js';
import { refuseOperands, UsageError, type Verb, type VerbInput } from '../verb.js';

/** A process that runs behind a check must end some day. */
const longestMs = 3_600_000;

export const verb: Verb = {
  name: 'gc',
  about:
    'Remove what was used longest ago: from the store, and slots of all projects that use it (run does this by itself)',
  usage: 'gc [--max-age AGE] [--max-size SIZE] [--dry-run] [--local DIR] [--json]',
  options: {
    ...localOption,
    ...jsonOption,
    'max-age': { type: 'string' },
    'max-size': { type: 'string' },
    'dry-run': { type: 'boolean' },
    background: { type: 'boolean' },
  },
  optionHelp: [
    {
      usage: '--max-age AGE',
      about: `remove what nobody has used for so long, such as ${ageExamples} (default: 30d, or as configured)`,
    },
    {
      usage: '--max-size SIZE',
      about: `keep no more content than this, such as ${sizeExamples} (default: 10GB, or as configured; with --local, no limit); of a directory with scopes, in each of them`,
    },
    { usage: '--dry-run', about: 'say what would go, and touch nothing' },
    { usage: '--background', about: 'as a run starts it: without a word, and in nobody’s way' },
    ...localOptionHelp,
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 1,
  async run(input) {
    refuseOperands(input.operands);
    const { options, terminal } = input;
    const given = boundsIn(input);
    using project = openProject(input);
    refuseNoStore(input, project);
    const request = requestOf(input, project, given);
    if (options['background']) {
      await collectGently({
        ...request,
        options: { ...request.options, signal: AbortSignal.timeout(longestMs) },
      });
      return 0;
    }
    const collected = await withProgress('collecting', () => collectGarbage(request));
    for (const words of collected.trouble) terminal.warn(`left as it is: ${words}`);
    terminal.print(
      options['json']
        ? JSON.stringify(collected, undefined, 2)
        : describe(storeRow(project), request.options, collected),
    );
    return 0;
  },
};

type Bounds = Partial<Pick<GcConfig, 'maxAgeMs' | 'maxBytes'>>;

function boundsIn({ options }: VerbInput): Bounds {
  const [age, size] = [options['max-age'], options['max-size']];
  return {
    ...(typeof age === 'string' ? { maxAgeMs: amountOf('--max-age', age, parseAge, ageExamples) } : {}),
    ...(typeof size === 'string' ? { maxBytes: amountOf('--max-size', size, parseSize, sizeExamples) } : {}),
  };
}

function requestOf({ options }: VerbInput, { opened, config, root }: Project, given: Bounds): GcRequest {
  const { maxAgeMs, maxBytes } = config.gc;
  // The configuration is about this machine's own store: one that is named here may be a team's, and larger.
  const isNamed = options['local'] !== undefined;
  const standard = isNamed ? { maxAgeMs: defaultGc.maxAgeMs } : { maxAgeMs, maxBytes };
  const dryRun = options['dry-run'] === true;
  return {
    opened,
    root,
    local: config.local,
    options: { ...standard, ...given, dryRun },
    clock: systemClock,
  };
}

function describe(
  store: readonly string[],
  { dryRun, maxBytes = Infinity }: GcRequest['options'],
  collected: Collected,
): string {
  const { removedMetas, removedBlobs, removedBytes, keptMetas, keptBlobs, keptBytes, excessBytes } =
    collected;
  const [removed, forgotten] = dryRun ? ['would remove', 'would forget'] : ['removed', 'forgotten'];
  const excess = `; ${bytes(excessBytes)} more than ${bytes(maxBytes)}, too young to go`;
  return table([
    store,
    [removed, `${removedMetas} metas, ${removedBlobs} blobs (${bytes(removedBytes)})`],
    ...collected.removedSlots.map((slot) => [removed, `slot ${slot.directory} (${bytes(slot.bytes)})`]),
    ...collected.forgottenProjects.map((project) => [forgotten, `project ${project}`]),
    ['kept', `${keptMetas} metas, ${keptBlobs} blobs (${bytes(keptBytes)})${excessBytes > 0 ? excess : ''}`],
  ]);
}

function amountOf(
  option: string,
  text: string,
  parse: (text: string) => number | undefined,
  examples: string,
): number {
  const amount = parse(text);
  if (amount === undefined)
    throw new UsageError(`${option} ${shown(text)} is not understood; write ${examples}`);
  return amount;
}
