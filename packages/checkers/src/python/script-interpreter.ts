import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Invocation } from '../checker-profile.js';
import { findExecutable } from '../find-executable.js';

/** What the first lines of an executable script say of who runs it. */
export interface ScriptInterpreter {
  /** As the script names it. */
  readonly interpreter: string;
  readonly options: readonly string[];
  /** The script's text, or the start of it. */
  readonly text: string;
}

/** Launchers that installers write are a few hundred bytes. */
const maxScriptBytes = 8192;

/** `undefined` where the file is no script, or one that Python does not run. */
export function pythonOf(
  file: string,
  place: Pick<Invocation, 'cwd' | 'env'>,
): ScriptInterpreter | undefined {
  const text = startOf(file);
  const [interpreter, ...options] = execLine(text) ?? envLine(text, place) ?? shebang(text) ?? [];
  return interpreter && /^(python|pypy)[\d.]*$/.test(basename(interpreter))
    ? { interpreter, options, text }
    : undefined;
}

/** Empty where the file cannot be read. */
export function startOf(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const bytes = Buffer.alloc(maxScriptBytes);
    return bytes.subarray(0, readSync(fd, bytes, 0, maxScriptBytes, 0)).toString('utf8');
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * What pip and uv write where the interpreter's path is too long for a kernel's shebang or holds a space:
 * `#!/bin/sh` and, on the second line, `'''exec' "/path/to/python" "$0" "$@"`.
 */
function execLine(text: string): readonly string[] | undefined {
  const match = /^#!\/bin\/sh\n'''exec' (?:"([^"\n]+)"|'([^'\n]+)'|(\S+)) "\$0" "\$@"\n/.exec(text);
  const interpreter = match?.[1] ?? match?.[2] ?? match?.[3];
  return interpreter === undefined ? undefined : [interpreter];
}

/** `#!/usr/bin/env python3`, or with `-S` and options. */
function envLine(text: string, place: Pick<Invocation, 'cwd' | 'env'>): readonly string[] | undefined {
  const match = /^#!\s*\S*\/env\s+(-S\s+)?(.+)/.exec(text);
  if (!match) return undefined;
  const [word, ...options] = match[2]!.trim().split(/\s+/);
  const found = findExecutable(word!, place);
  return found === undefined ? [] : [found, ...options];
}

/** The kernel passes all that follows the interpreter as one argument. */
function shebang(text: string): readonly string[] | undefined {
  const match = /^#!\s*(\S+)(?:[ \t]+(\S.*?))?\s*$/m.exec(text.split('\n', 1)[0]!);
  return match ? [match[1]!, ...(match[2] === undefined ? [] : [match[2]])] : undefined;
}
