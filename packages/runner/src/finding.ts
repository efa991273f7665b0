/** One thing that `doctor` has to say. */
export interface Finding {
  readonly subject: string;
  readonly verdict: 'ok' | 'note' | 'trouble';
  /** What was found, and for trouble what to do. */
  readonly words: string;
}
