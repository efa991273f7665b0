/** A checker that a project uses. */
export interface FoundChecker {
  readonly name: string;
  /** As it is started now, in words. */
  readonly command: readonly string[];
  /** What says so, a clause for people: `the script "lint" of package.json`. */
  readonly because: string;
  /** Why it gets nothing from cleanmiss, a clause; `undefined` where it does. */
  readonly passedThrough: string | undefined;
  /** Where it comes from. */
  readonly kind: 'npm' | 'python';
}
