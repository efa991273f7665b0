import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../setup/paths.mjs';

export const commandsPath = join(root, 'docs', 'commands.md');

/** The reference of the command line, from what the built command says of itself. */
export async function commandsPage() {
  const overview = help('--help');
  const verbs = [...overview.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, verb = '']) => verb);
  const text = [
    '# Commands',
    '_Made from `cleanmiss --help` by `npm run docs`._',
    fenced(overview),
    ...verbs.flatMap((verb) => [`## \`cleanmiss ${verb}\``, fenced(help(verb, '--help'))]),
  ].join('\n\n');
  const options = await resolveConfig(commandsPath);
  return await format(`${text}\n`, { ...options, parser: 'markdown' });
}

/** @param {string[]} args */
function help(...args) {
  const command = join(root, 'packages', 'cli', 'bin', 'cleanmiss.js');
  return execFileSync(process.execPath, [command, ...args], { encoding: 'utf8' });
}

/** @param {string} text */
function fenced(text) {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
