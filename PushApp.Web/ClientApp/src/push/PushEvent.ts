/** What a `PushStream` dispatches: a `MessageEvent`, and what PushApp knows beyond it. */
export class PushEvent extends MessageEvent<string> {
  /** The channel that the event came by; null where the server did not say. */
  readonly channel: string | null;
  /** Its place in the channel's log, as history has it; null for an ephemeral event, or where it is not known. */
  readonly position: string | null;
  /** W3C trace context of what brought it here, for a span of the page's own. */
  readonly traceparent: string | null;

  constructor(type: string, init: MessageEventInit<string> & { channel: string | null; position: string | null; traceparent: string | null }) {
    super(type, init);
    this.channel = init.channel;
    this.position = init.position;
    this.traceparent = init.traceparent;
  }
}

/** The `error` event of a `PushStream`: the stream broke, or could not be opened. `readyState` says whether it will try again. */
export class PushErrorEvent extends Event {
  /** The status of the answer that was no stream, as in 401 or 503; null when there was no answer. */
  readonly status: number | null;
  /** The reason of the server's `push.closing`, or one of our own; null when unknown. */
  readonly reason: string | null;
  /** Milliseconds until the next attempt; null when there is none. */
  readonly retryIn: number | null;

  constructor(status: number | null, reason: string | null, retryIn: number | null) {
    super('error');
    this.status = status;
    this.reason = reason;
    this.retryIn = retryIn;
  }
}
