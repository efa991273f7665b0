/** Only in the first place tsc takes it for a build. */
export function isBuild(args: readonly string[]): boolean {
  const [first = ''] = args;
  return ['-b', '--b', '-build', '--build'].includes(first.toLowerCase());
}
