import { relative, sep } from 'node:path';
import type { CheckerPlan, Invocation } from '../../checker-profile.js';
import { passThrough } from '../../pass-through.js';
import { portablePath } from '../../portable-path.js';
import type { TscTool } from '../tsc-tool.js';
import { meaningOf } from '../tsc-exit.js';
import { BuildLayout } from './build-layout.js';
import { BuildState } from './build-state.js';
import { solutionOf } from './solution.js';

/** Raised when the states of one cleanmiss would not do for the next. */
const profileFormat = 1;

/** Options with which a build is still one of the same output. Those that are not known may do anything. */
const understood: ReadonlySet<string> = new Set([
  ...['-b', '--build', '-v', '--verbose', '--pretty', '--stopbuildonerrors', '--singlethreaded'],
  ...['true', 'false'],
]);

export function planBuild(args: readonly string[], tool: TscTool, invocation: Invocation): CheckerPlan {
  const { command, cwd, root } = invocation;
  const options = args.filter((word) => word.startsWith('-'));
  const unknown = options.find((word) => !understood.has(word.toLowerCase()));
  if (unknown !== undefined) return passThrough(`${unknown} makes of a build something else`);
  const starts = args.filter((word) => !word.startsWith('-') && !understood.has(word));
  const projects = solutionOf(starts, { cwd, root });
  if (typeof projects === 'string') return passThrough(projects);
  const state = new BuildState(projects, root);
  const directed = { command, env: {} };
  return {
    kind: 'slot-run',
    version: tool.version,
    context: {
      profile: profileFormat,
      build: tool.version,
      platform: process.platform,
      cwd: relative(root, cwd).replaceAll(sep, '/'),
      arguments: args.map((word) => portablePath(word, root)),
    },
    layout: new BuildLayout(),
    direct: () => directed,
    stateless: () => directed,
    enter: (stateDir) => {
      state.enter(stateDir);
    },
    leave: (stateDir) => {
      state.leave(stateDir);
    },
    watchStderr: true,
    writesFiles: true,
    // Of a build with errors nobody can say which projects are whole.
    meaningOf: (exit) => (meaningOf(exit) === 'normal' && exit.code !== 0 ? 'incomplete' : meaningOf(exit)),
  };
}
