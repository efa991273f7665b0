/**
 * Runs the one job of a GitLab CI file in the working directory, as GitLab's runner does: `before_script` and `script` in one
 * shell, then `after_script` in another. What GitLab sets is in the environment. Answers 1 where the job failed.
 *
 *     node gitlab-job.mjs FILE
 *
 * It reads the lines that the recipes here are written in, and refuses all others.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isFetched, jobLines, refuseLine } from './job-lines.mjs';

const [path] = process.argv.slice(2);
const { scripts, variables } = readJob(readFileSync(path, 'utf8'));
const env = {
  ...process.env,
  CI: 'true',
  GITLAB_CI: 'true',
  ...Object.fromEntries(variables.map(([name, value]) => [name, filledIn(value)])),
};
const isOk = runShell([...scripts.before_script, ...scripts.script]);
runShell(scripts.after_script);
process.exitCode = isOk ? 0 : 1;

function runShell(commands) {
  const told = commands.map((command) => {
    const shown = `printf '%s\\n' ${quoted(`$ ${command}`)}`;
    return isFetched(command) ? shown : `${shown}\n${command}`;
  });
  const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', told.join('\n')], { stdio: 'inherit', env });
  return status === 0;
}

function readJob(text) {
  const scripts = { before_script: [], script: [], after_script: [] };
  const variables = [];
  let block = '';
  for (const { line, number } of jobLines(text)) {
    const [, heading] = /^ {2}(\w+):$/.exec(line) ?? [];
    const [, command] = /^ {4}- (.+)$/.exec(line) ?? [];
    const [, name, value] = /^ {4}(\w+): (.+)$/.exec(line) ?? [];
    if (heading !== undefined) block = heading;
    else if (/^\w+:$|^ {2}image: /.test(line)) block = '';
    else if (block in scripts && command !== undefined) scripts[block].push(command);
    else if (block === 'variables' && name !== undefined) variables.push([name, value]);
    // When it runs, and what GitLab keeps of it: for GitLab.
    else if (block !== 'rules' && block !== 'cache') refuseLine(path, number, line);
  }
  return { scripts, variables };
}

function filledIn(text) {
  return text.replace(/\$(\w+)/g, (_, name) => process.env[name] ?? '');
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
