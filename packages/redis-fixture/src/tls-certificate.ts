import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

export interface TlsCertificate {
  /** Self-signed: it is its own authority. */
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** All of it is said here, so that no machine's own openssl.cnf has a say. */
const REQUEST = `
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
[subject]
CN = cleanmiss test
[extensions]
basicConstraints = critical, CA:TRUE
subjectAltName = IP:127.0.0.1, DNS:localhost
`;

/** Makes a certificate for 127.0.0.1 and localhost, good for two days. */
export async function makeTlsCertificate(directory: string): Promise<TlsCertificate> {
  const [requestPath, certificatePath, keyPath] = ['tls.cnf', 'tls.crt', 'tls.key'].map((name) =>
    join(directory, name),
  ) as [string, string, string];
  writeFileSync(requestPath, REQUEST);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyPath];
  const args = ['req', '-x509', '-config', requestPath, ...newKey, '-out', certificatePath, '-days', '2'];
  await runProgram('openssl', args);
  return { certificatePath, keyPath };
}
