/** What a suite needs of a test runner: the two functions of `node:test`, and of most others. */
export interface SuiteRunner {
  /** Without it the tests stand in no group. */
  readonly describe?: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>) => unknown;
}

/** A fresh store under test, and how to be rid of it. */
export interface Opened {
  close?(): Promise<void> | void;
}

/** Registers tests that each get a store of their own, and give it back however they end. */
export function suite<T extends Opened>(
  runner: SuiteRunner,
  name: string,
  open: () => Promise<T>,
  tests: Readonly<Record<string, (opened: T) => Promise<void>>>,
): void {
  const register = () => {
    for (const [sentence, body] of Object.entries(tests)) {
      runner.test(sentence, () => withOpened(open, body));
    }
  };
  if (runner.describe) runner.describe(name, register);
  else register();
}

async function withOpened<T extends Opened>(
  open: () => Promise<T>,
  body: (opened: T) => Promise<void>,
): Promise<void> {
  const opened = await open();
  try {
    await body(opened);
  } finally {
    await opened.close?.();
  }
}
