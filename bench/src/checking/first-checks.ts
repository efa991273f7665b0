import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Machine, run, type Ended } from '@cleanmiss/integration-tests/support';
import type { Contestant } from '../measuring/alternate.js';
import type { Bench } from '../row.js';
import { checkOut } from './check-out.js';
import { commandOf, patience } from './command.js';
import { expectAnswer, expectHit } from './expect-answer.js';
import type { MypyAlone } from './mypy-alone.js';

/** mypy where it has always run. */
export function warmMypy(alone: MypyAlone): Contestant {
  return { name: 'mypy, warm', perform: () => alone.warm(), check: expectAnswer(alone.answer) };
}

const COLD_ROUNDS = 2;

export function coldMypy(bench: Bench, alone: MypyAlone): Contestant {
  let folder = '';
  const expectRight = expectAnswer(alone.answer);
  return {
    name: 'mypy, cold',
    maxRounds: COLD_ROUNDS,
    prepare: () => {
      folder = bench.folder();
    },
    perform: () => alone.cold(folder),
    check: (outcome) => {
      expectRight(outcome);
      remove(folder);
    },
  };
}

/** A fresh checkout on a machine whose store is full. */
export function onFullStore(bench: Bench, alone: MypyAlone, machine: Machine): Contestant {
  const options = ['--remote', 'off'];
  return inFreshCheckout(bench, alone, 'cleanmiss, local store', (cwd) =>
    machine.check(commandOf(bench.project), { ...patience, cwd, options }),
  );
}

/** A fresh checkout on a machine that has nothing but the address of the remote. */
export function onNewMachine(bench: Bench, alone: MypyAlone, name: string, remote: string): Contestant {
  let machine: Machine;
  const expectRight = expectHit(alone.answer);
  return {
    name,
    prepare: () => {
      const directory = bench.folder();
      machine = new Machine({ directory, remote });
      checkOut(bench.project, directory);
    },
    perform: () => machine.check(commandOf(bench.project), { ...patience, options: [] }),
    check: async (outcome) => {
      expectRight(outcome);
      // What goes on behind the check is not to disturb the next one.
      await machine.upload();
      remove(dirname(machine.project));
    },
  };
}

/** What many do today. `unpack`: a shell command that fetches an archive of the state and unpacks it here. */
export function fromArchive(
  bench: Bench,
  alone: MypyAlone,
  archive: { readonly name: string; readonly unpack: string; readonly env: Record<string, string> },
): Contestant {
  const command = ['sh', '-ec', `${archive.unpack}\nexec "$@"`, 'sh', ...commandOf(bench.project)];
  return inFreshCheckout(bench, alone, archive.name, (cwd) =>
    run(command, { ...patience, cwd, env: archive.env }),
  );
}

function inFreshCheckout(
  bench: Bench,
  alone: MypyAlone,
  name: string,
  check: (checkout: string) => Promise<Ended>,
): Contestant {
  let folder = '';
  let checkout = '';
  const expectRight = expectAnswer(alone.answer);
  return {
    name,
    prepare: () => {
      folder = bench.folder();
      checkout = checkOut(bench.project, folder);
    },
    perform: () => check(checkout),
    check: (outcome) => {
      expectRight(outcome);
      remove(folder);
    },
  };
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
