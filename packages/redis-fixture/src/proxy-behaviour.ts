/** What a `FaultyProxy` does with the bytes of its connections. */
export type ProxyBehaviour =
  /** Hands everything on. */
  | { readonly kind: 'pass' }
  /** Accepts and reads, and never answers. */
  | { readonly kind: 'silent' }
  /** Hands everything on, at this speed per connection and direction. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /**
   * Hands on that many bytes of replies per connection, then resets it (RST, no orderly end). Counted from when the
   * behaviour began: a connection that is open by then has all of them before it.
   */
  | { readonly kind: 'reset-after'; readonly replyBytes: number }
  /** Answers each chunk of request with this raw RESP, e.g. `-ERR no\r\n`; the target hears nothing. */
  | { readonly kind: 'reply'; readonly text: string }
  /**
   * Answers the first command of a connection that reads values (GET, MGET, GETRANGE, ...) with a string of this length:
   * the announcement, then filler as fast as the client takes it. What comes before goes to the target; without one
   * it is answered with `+OK`, PING with `+PONG` and HELLO with an empty map.
   */
  | { readonly kind: 'announce'; readonly bytes: number };

/** Whether the behaviour makes sense only with a target behind the proxy. */
export function needsTarget(behaviour: ProxyBehaviour): boolean {
  switch (behaviour.kind) {
    case 'pass':
    case 'slow':
    case 'reset-after':
      return true;
    case 'silent':
    case 'reply':
    case 'announce':
      return false;
  }
}
