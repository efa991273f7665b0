import type { Verb } from './verb.js';

/** Each verb is loaded when it is asked for: `run` is on the path of every check. */
const loaders: Readonly<Record<string, () => Promise<{ readonly verb: Verb }>>> = {
  run: () => import('./verbs/run.js'),
  init: () => import('./verbs/init.js'),
  why: () => import('./verbs/why.js'),
  doctor: () => import('./verbs/doctor.js'),
  stats: () => import('./verbs/stats.js'),
  inspect: () => import('./verbs/inspect.js'),
  verify: () => import('./verbs/verify.js'),
  gc: () => import('./verbs/gc.js'),
  restore: () => import('./verbs/restore.js'),
  upload: () => import('./verbs/upload.js'),
  save: () => import('./verbs/save.js'),
  keygen: () => import('./verbs/keygen.js'),
  revoke: () => import('./verbs/revoke.js'),
};

export const verbNames = Object.keys(loaders);

export async function loadVerb(name: string): Promise<Verb | undefined> {
  if (!Object.hasOwn(loaders, name)) return undefined;
  return (await loaders[name]!()).verb;
}

export async function loadVerbs(): Promise<readonly Verb[]> {
  return await Promise.all(verbNames.map(async (name) => (await loaders[name]!()).verb));
}
