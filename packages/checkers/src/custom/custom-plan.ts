import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { Json, JsonObject } from '@cleanmiss/core';
import type {
  CheckerExit,
  CheckerPlan,
  Directed,
  ExitMeaning,
  Invocation,
  SlotRun,
} from '../checker-profile.js';
import { declaredFiles, readDeclared } from '../declared-files.js';
import { passThrough } from '../pass-through.js';
import { digestOf, portablePath } from '../portable-path.js';
import { realPlace } from '../real-place.js';
import type { CustomCommand } from './custom-command.js';
import { CustomLayout } from './custom-layout.js';
import { versionOf, type CustomVersion } from './custom-version.js';
import { statePlaceholder, type DescribedChecker, type Redirect } from './described-checker.js';

/** Raised when the states of one cleanmiss would not do for the next. */
const profileFormat = 1;

export async function planCustom(
  described: DescribedChecker,
  command: CustomCommand,
  asked: Invocation,
): Promise<CheckerPlan> {
  const invocation = { ...asked, ...realPlace(asked) };
  const declined = declinedIn(command.args, described.declines);
  if (declined !== undefined) return passThrough(`the description declines ${declined}`);
  const version = await versionOf(described, command.npm, invocation);
  if ('why' in version) return passThrough(version.why);
  return await slotRun(described, version, invocation, { ...command, told: command.args });
}

/** Through another command nothing gets to the checker but its environment. */
export async function planNestedCustom(described: DescribedChecker, asked: Invocation): Promise<CheckerPlan> {
  const { name, redirect } = described;
  if (redirect.arguments.length > 0)
    return passThrough(
      `${name} is told by arguments where its state is, and they reach it from its own command line alone`,
    );
  const invocation = { ...asked, ...realPlace(asked) };
  const version = await versionOf(described, undefined, invocation);
  if ('why' in version) return passThrough(version.why);
  const stateless = { ...described.stateless, arguments: [] };
  const { command } = invocation;
  const started = { start: command, args: [], told: command };
  const plan = await slotRun({ ...described, stateless }, version, invocation, started);
  // What else the command does, nobody knows.
  return { ...plan, writesFiles: true };
}

interface Started extends Pick<CustomCommand, 'start' | 'args'> {
  /** The words that say what is checked. */
  readonly told: readonly string[];
}

async function slotRun(
  described: DescribedChecker,
  version: CustomVersion,
  invocation: Invocation,
  command: Started,
): Promise<SlotRun> {
  const { redirect, stateless, exitCodes } = described;
  const direct = (how: Redirect, stateDir: string): Directed => {
    const here = (text: string) => text.replaceAll(statePlaceholder, () => stateDir);
    const env = Object.entries(how.environment).map(([name, value]) => [name, here(value)] as const);
    return {
      command: [...command.start, ...how.arguments.map(here), ...command.args],
      env: Object.fromEntries(env),
    };
  };
  return {
    kind: 'slot-run',
    version: version.version,
    context: await contextOf(described, version, invocation, command),
    layout: new CustomLayout(described.state),
    direct: (stateDir) => direct(redirect, stateDir),
    stateless: () => direct(stateless, ''),
    watchStderr: false,
    meaningOf: (exit) => meaningOf(exit, exitCodes),
  };
}

async function contextOf(
  { context, state, written }: DescribedChecker,
  { version, node }: CustomVersion,
  { cwd, root, env }: Invocation,
  { told }: Started,
): Promise<JsonObject> {
  return {
    profile: profileFormat,
    described: digestOf(written),
    version,
    node,
    platform: process.platform,
    arch: process.arch,
    cwd: relative(root, cwd).replaceAll(sep, '/'),
    place: state.portable ? null : digestOf(root),
    arguments: told.map((word) => portablePath(word, root)),
    env: digestOf(context.environment.map((name): Json => [name, env[name] ?? null])),
    files: await digestOfFiles(root, context.files),
  };
}

async function digestOfFiles(root: string, patterns: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of await declaredFiles(root, patterns)) {
    const content = readDeclared(root, path);
    hash.update(`${path}\0${String(content?.length ?? 'none')}\0`).update(content ?? '');
  }
  return hash.digest('hex').slice(0, 32);
}

/** The option itself, or with its value behind a `=`. */
function declinedIn(args: readonly string[], declines: readonly string[]): string | undefined {
  return declines.find((option) => args.some((word) => word === option || word.startsWith(`${option}=`)));
}

function meaningOf({ code, signal }: CheckerExit, exitCodes: DescribedChecker['exitCodes']): ExitMeaning {
  if (signal !== null) return crashes.has(signal) ? 'crash' : 'incomplete';
  if (code === null || exitCodes.crash.includes(code)) return 'crash';
  return exitCodes.publish === 'all' || exitCodes.publish.includes(code) ? 'normal' : 'incomplete';
}

const crashes: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
]);
