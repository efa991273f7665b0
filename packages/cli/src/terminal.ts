/** Where words for people go. */
export interface Terminal {
  /** Standard output: what was asked for. */
  readonly print: (text: string) => void;
  /** Standard error: one line, marked as ours. */
  readonly warn: (line: string) => void;
}

export const processTerminal: Terminal = {
  print: (text) => process.stdout.write(`${text}\n`),
  warn: (line) => process.stderr.write(`cleanmiss: ${line}\n`),
};
