import { lstatSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generateKeys, keyIdOf } from '@cleanmiss/core';
import { jsonOption, jsonOptionHelp } from '../project.js';
import { table } from '../text.js';
import { refuseOperands, UsageError, type Verb } from '../verb.js';

export const verb: Verb = {
  name: 'keygen',
  about: 'Make a pair of keys: CI signs what it stores with one, everybody verifies with the other',
  usage: 'keygen --private-key FILE [--json]',
  options: { ...jsonOption, 'private-key': { type: 'string' } },
  optionHelp: [
    {
      usage: '--private-key FILE',
      about: 'where to put the private key, which is never shown; must not be there yet',
    },
    jsonOptionHelp,
  ],
  takesCommand: false,
  failureCode: 1,
  async run({ operands, options, cwd, terminal }) {
    refuseOperands(operands);
    const name = options['private-key'];
    if (typeof name !== 'string' || name === '')
      throw new UsageError('name a file for the private key: --private-key FILE');
    const file = resolve(cwd, name);
    const { publicKey, privateKey } = generateKeys();
    writeNew(file, `${privateKey}\n`);
    const keyId = keyIdOf(publicKey);
    terminal.print(
      options['json']
        ? JSON.stringify({ keyId, publicKey, privateKeyFile: file }, undefined, 2)
        : table([
            ['public key', publicKey],
            ['its id', keyId],
            ['private key', `in ${file}`],
            ['next', 'add the public key to "trust": { "publicKeys": [...] } in cleanmiss.config.json;'],
            ['', 'give CI the content of the file as the secret CLEANMISS_PRIVATE_KEY, then remove the file'],
          ]),
    );
    return 0;
  },
};

/** Only for its owner, and never over another key. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && lstatSync(file, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(`${file} is a folder: name a file in it`);
    throw new UsageError(
      code === 'EEXIST'
        ? `${file} is there already: name another`
        : `${file} cannot be written (${code ?? 'unknown'})`,
    );
  }
}
