import { printable, printableLines } from './text.js';

/** Where words for people go. Of what others have written (a remote's messages too) nothing gets to act on the terminal. */
export interface Terminal {
  /** Standard output: what was asked for. */
  readonly print: (text: string) => void;
  /** Standard error: one line, marked as ours. */
  readonly warn: (line: string) => void;
}

export const processTerminal: Terminal = {
  print: (text) => process.stdout.write(`${printableLines(text)}\n`),
  warn: (line) => process.stderr.write(`cleanmiss: ${printable(withoutPasswords(line))}\n`),
};

/**
 * The last net: no message of ours has a URL with a password in it, but one may repeat what it was given (a word on the command
 * line that belongs elsewhere, say). Up to the last @: one that is not escaped may be in the password.
 */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/\b(?!file:)([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, '$1***@');
}
