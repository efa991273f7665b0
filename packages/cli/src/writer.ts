import { hostname, userInfo } from 'node:os';
import { readCiJob } from '@cleanmiss/snapshot';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where CI systems say whose pipeline it is. */
const repositoryVariables = [
  'GITHUB_REPOSITORY',
  'CI_PROJECT_PATH',
  'BUILDKITE_PIPELINE_SLUG',
  'CIRCLE_PROJECT_REPONAME',
];

/**
 * Who writes, for people and for `cleanmiss revoke --writer`: in CI the pipeline, because its machines are new every time; else the user
 * and the machine.
 */
export function writerOf(env: Environment): string {
  if (readCiJob(env)) return `ci:${repositoryVariables.map((name) => env[name]).find(Boolean) ?? 'unknown'}`;
  return `${userName()}@${hostname()}`;
}

/** A container may run as some number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
