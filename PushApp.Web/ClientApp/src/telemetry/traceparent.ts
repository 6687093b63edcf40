export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
}

// https://www.w3.org/TR/trace-context/#traceparent-header: version, trace id, parent id, flags. A later version may have more behind them.
const Form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const Sampled = 1;

/** Reads a trace context that is recorded; null for any other, and for nonsense. */
export function sampledParent(text: string | null): TraceParent | null {
  const [, traceId, spanId, flags] = Form.exec(text ?? '') ?? [];
  return traceId && spanId && flags && (parseInt(flags, 16) & Sampled) !== 0 ? { traceId, spanId } : null;
}
