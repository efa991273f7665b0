import { Machine } from '@cleanmiss/integration-tests/support';
import type { Bench } from '../row.js';
import { checkOut } from './check-out.js';
import { commandOf, patience } from './command.js';
import { expectAnswer } from './expect-answer.js';

/** A machine that has checked the project, cold: its store is full, and so is the remote. */
export async function firstMachine(
  bench: Pick<Bench, 'project' | 'mypyAlone' | 'folder' | 'say'>,
  remote: string,
): Promise<Machine> {
  const directory = bench.folder();
  const machine = new Machine({ directory, remote });
  checkOut(bench.project, directory);
  bench.say('checking the project once, cold, for a full cache');
  const { answer } = await bench.mypyAlone();
  expectAnswer(answer)(await machine.check(commandOf(bench.project), patience));
  if (remote !== 'off') await machine.upload();
  return machine;
}
