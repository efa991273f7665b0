import { dirname, relative, sep } from 'node:path';
import type { Json } from '@cleanmiss/core';
import type { CheckerPlan, CheckerProfile, Invocation } from '../checker-profile.js';
import { passThrough } from '../pass-through.js';
import { digestOf, isInside, portablePath } from '../portable-path.js';
import { realPlace } from '../real-place.js';
import { isBuild } from './build/build-command.js';
import { localPath, writeLocal, writeShared } from './build-info.js';
import { whyArgumentsDeclined, whyOptionsDeclined } from './declined-tsc.js';
import { flagOf, parseTscArguments, type TscArguments } from './tsc-arguments.js';
import { meaningOf } from './tsc-exit.js';
import { findTscTool, parseTscCommand } from './tsc-tool.js';
import { tscLayout } from './tsc-layout.js';

/** Raised when the states of one cleanmiss would not do for the next. */
const profileFormat = 1;

/** TypeScript 5.6 (the first that checks with `noEmit` incrementally as it does with output) to 7, alone or under vue-tsc. */
export const tscProfile: CheckerProfile = {
  name: 'tsc',

  recognises(command) {
    return parseTscCommand(command) !== undefined;
  },

  async plan(invocation) {
    return await planTsc({ ...invocation, ...realPlace(invocation) });
  },

  planNested() {
    return Promise.resolve(passThrough('tsc takes no directory for its state from the environment'));
  },
};

async function planTsc(invocation: Invocation): Promise<CheckerPlan> {
  const { cwd, root } = invocation;
  const command = parseTscCommand(invocation.command)!;
  const builds = isBuild(command.npm.args);
  const args = parseTscArguments(command.npm.args);
  const declined = builds ? undefined : whyArgumentsDeclined(args);
  if (declined !== undefined) return passThrough(declined);
  const tool = findTscTool(command, invocation);
  if ('why' in tool) return passThrough(tool.why);
  const [major = 0, minor = 0] = tool.version.split('.').map(Number);
  if (major < 5 || (major === 5 && minor < 6))
    return passThrough(`TypeScript ${tool.version} is older than 5.6`);
  // What reads configurations is not loaded for other checkers.
  if (builds) {
    if (tool.isVue) return passThrough('vue-tsc builds several projects here (-b)');
    const { planBuild } = await import('./build/build-plan.js');
    return planBuild(command.npm.args, tool, invocation);
  }
  const { projectOf } = await import('./tsc-project.js');
  const project = projectOf(args, cwd);
  if ('why' in project) return passThrough(project.why);
  if (project.file !== undefined && !isInside(project.file, root))
    return passThrough('its configuration lies outside the project');
  const declinedByOptions = whyOptionsDeclined(project.options);
  if (declinedByOptions !== undefined) return passThrough(declinedByOptions);
  const emits = !(flagOf(args, 'noemit') ?? project.options['noEmit'] === true);
  if (emits && tool.isVue) return passThrough('vue-tsc writes files here (no noEmit)');
  if (emits && (flagOf(args, 'composite') ?? project.options['composite'] === true))
    return passThrough('a composite project keeps its state beside its output, where tsc -b looks for it');
  let startsFromState = false;
  return {
    kind: 'slot-run',
    version: tool.version,
    context: { ...contextOf(invocation, tool.version, args, project), ...tool.context },
    layout: tscLayout,
    direct: (stateDir) => ({
      // The last of two equal options counts.
      command: [...invocation.command, '--incremental', '--tsBuildInfoFile', `${stateDir}/${localPath}`],
      env: {},
    }),
    stateless: () => ({ command: invocation.command, env: {} }),
    enter(stateDir) {
      startsFromState = writeLocal(stateDir, root, emits);
    },
    leave(stateDir) {
      writeShared(stateDir, root);
    },
    watchStderr: true,
    writesFiles: emits,
    meaningOf,
    // Up to 6 a check with errors answers 2, and 1 where there was nothing to be written: not even the state.
    codeOf: (code) => (code === 1 && !emits && major < 7 && startsFromState ? 2 : code),
  };
}

/**
 * TypeScript compares what it knows of each source, and most options, by itself. In here is what shapes the words of its
 * errors, and the options as a whole, which costs a cold check at most.
 */
function contextOf(
  { cwd, root }: Invocation,
  version: string,
  args: TscArguments,
  {
    file,
    options,
  }: { readonly file: string | undefined; readonly options: Readonly<Record<string, unknown>> },
) {
  const portable = (path: string) => relative(root, path).replaceAll(sep, '/');
  return {
    profile: profileFormat,
    typescript: version,
    platform: process.platform,
    cwd: portable(cwd),
    project: file === undefined ? null : portable(file),
    arguments: [...args.options].map(([name, value]) => [
      name,
      value === undefined ? null : portablePath(value, root),
    ]),
    files: args.files.map((name) => portablePath(name, root)),
    options: digestOf(JSON.parse(withoutPlace(JSON.stringify(options), file)) as Json),
  };
}

/** Some options come with absolute paths. */
function withoutPlace(text: string, file: string | undefined): string {
  return file === undefined ? text : text.replaceAll(JSON.stringify(dirname(file)).slice(1, -1), '<here>');
}
