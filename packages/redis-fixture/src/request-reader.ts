/** One command of a client. */
export interface RedisRequest {
  /** In capitals. */
  readonly name: string;
  readonly argumentCount: number;
  /** As it came. */
  readonly raw: Buffer;
}

/** Cuts the bytes that a client sends into its commands. */
export class RequestReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Iterable<RedisRequest> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const request = firstRequest(this.#rest);
      if (request === undefined) return;
      this.#rest = this.#rest.subarray(request.raw.length);
      yield request;
    }
  }
}

/** `undefined` while its last bytes are missing. */
function firstRequest(bytes: Buffer): RedisRequest | undefined {
  const header = lineAt(bytes, 0);
  if (header === undefined) return undefined;
  if (!header.text.startsWith('*')) return inlineRequest(bytes, header);
  const count = Number(header.text.slice(1));
  let name = '';
  let position = header.end;
  for (let index = 0; index < count; index += 1) {
    const length = lineAt(bytes, position);
    if (length === undefined) return undefined;
    const end = length.end + Number(length.text.slice(1));
    if (bytes.length < end + 2) return undefined;
    if (index === 0) name = bytes.toString('latin1', length.end, end).toUpperCase();
    position = end + 2;
  }
  return { name, argumentCount: count - 1, raw: bytes.subarray(0, position) };
}

/** What one types into telnet. */
function inlineRequest(bytes: Buffer, { text, end }: Line): RedisRequest {
  const [name = '', ...rest] = text.split(' ');
  return { name: name.toUpperCase(), argumentCount: rest.length, raw: bytes.subarray(0, end) };
}

interface Line {
  readonly text: string;
  /** Where the next one begins. */
  readonly end: number;
}

function lineAt(bytes: Buffer, start: number): Line | undefined {
  const end = bytes.indexOf('\r\n', start, 'latin1');
  return end === -1 ? undefined : { text: bytes.toString('latin1', start, end), end: end + 2 };
}
