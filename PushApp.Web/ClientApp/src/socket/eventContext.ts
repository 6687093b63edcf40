/** What a socket's `auth` asks for, so that events whose trace is recorded come with it (docs/socketio.md, "Traces"). */
export const WantsTraceContext = { traceContext: true };

/** Which event of which channel something is, and its trace. */
export interface EventContext {
  readonly channel: string | null;
  readonly position: string | null;
  readonly traceparent: string | null;
}

/** Finds it behind an event's own arguments, where it stands before recovery's offset, which is text. */
export function eventContext(more: readonly unknown[]): EventContext {
  const [found] = more;
  const { channel, id, traceparent } = typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
  return { channel: text(channel), position: text(id), traceparent: text(traceparent) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
