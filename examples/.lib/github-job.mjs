/**
 * Runs the one job of a workflow in the working directory, as GitHub's runner does:
 *
 *     node github-job.mjs WORKFLOW github.ref=refs/heads/main secrets.NAME=value ...
 *
 * It reads the lines that the recipes here are written in, and refuses all others: what it does not know would be shown by
 * nobody. `github.` values are also in the environment of each step. Answers 1 where a step failed.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isFetched, jobLines, refuseLine } from './job-lines.mjs';

const [path, ...settings] = process.argv.slice(2);
const context = new Map(settings.map((setting) => splitAt(setting, '=')));
const job = readWorkflow(readFileSync(path, 'utf8'));
process.exitCode = runJob(job) ? 0 : 1;

function runJob({ env, steps }) {
  let ok = true;
  const known = [...context].filter(([name]) => name.startsWith('github.'));
  const stepEnv = {
    ...process.env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...Object.fromEntries(known.map(([name, value]) => [name.replace('.', '_').toUpperCase(), value])),
    ...Object.fromEntries(env.map(([name, value]) => [name, filledIn(value)])),
  };
  for (const { run, condition } of steps) {
    if (run === undefined || (!ok && condition !== 'always()')) continue;
    console.log(`Run ${run}`);
    if (isFetched(run)) continue;
    const { status } = spawnSync('bash', ['-e', '-c', run], { stdio: 'inherit', env: stepEnv });
    ok &&= status === 0;
  }
  return ok;
}

function readWorkflow(text) {
  const env = [];
  const steps = [];
  let block = 'top';
  for (const { line, number } of jobLines(text)) {
    const [, indent, rest] = /^( *)(.*)$/.exec(line);
    const step = steps.at(-1);
    if (/^jobs:$|^ {2}\w+:$|^ {4}(env|steps):$/.test(line) && (block !== 'top' || line === 'jobs:'))
      block = rest;
    // What starts the workflow, and what it may do: for GitHub.
    else if (block === 'top') continue;
    else if (/^ {4}runs-on: /.test(line)) continue;
    else if (block === 'env:' && indent.length === 6) env.push(splitAt(rest, ': '));
    else if (block === 'steps:' && rest.startsWith('- run: ')) steps.push({ run: rest.slice(7) });
    else if (block === 'steps:' && rest.startsWith('- uses: ')) steps.push({});
    else if (step && indent.length === 8 && rest === 'if: always()') step.condition = 'always()';
    else if (step && !step.run && /^( {8}with:| {10}[\w-]+: .+)$/.test(line)) continue;
    else refuseLine(path, number, line);
  }
  return { env, steps };
}

/** `${{ A == 'b' && C || D }}`, with `&&` before `||`, as https://docs.github.com/actions/reference/evaluate-expressions says. */
function filledIn(text) {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression) => either(expression));
}

function either(expression) {
  return expression.split(' || ').map(both).find(Boolean) ?? '';
}

function both(expression) {
  const values = expression.split(' && ').map(compared);
  return values.find((value) => !value) ?? values.at(-1);
}

function compared(expression) {
  const [left, right] = expression.split(' == ');
  return right === undefined ? valueOf(left) : valueOf(left) === valueOf(right);
}

/** Who asks for a secret that is not there gets an empty text. */
function valueOf(word) {
  const [, quoted] = /^'([^']*)'$/.exec(word) ?? [];
  if (quoted !== undefined) return quoted;
  if (/^(github|secrets)\.\w+$/.test(word)) return context.get(word) ?? '';
  throw new Error(`${path}: an expression that is not known here: ${word}`);
}

function splitAt(text, mark) {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`${path}: ${text} has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
