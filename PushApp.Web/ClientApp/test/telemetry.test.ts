import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-web';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventContext } from '../src/socket/eventContext';
import type { CameBy, Show } from '../src/telemetry/shown';
import { sampledParent } from '../src/telemetry/traceparent';
import { createTracing } from '../src/telemetry/tracing';

const TraceId = '0af7651916cd43dd8448eb211c80319c';
const SpanId = 'b7ad6b7169203331';

describe('a trace context', () => {
  test('is gone on with where it is recorded', () => {
    expect(sampledParent(`00-${TraceId}-${SpanId}-01`)).toEqual({ traceId: TraceId, spanId: SpanId });
    // A later version, with more flags and more fields.
    expect(sampledParent(`01-${TraceId}-${SpanId}-03-more`)).toEqual({ traceId: TraceId, spanId: SpanId });
  });

  test.each([
    null,
    '',
    'nonsense',
    `00-${TraceId}-${SpanId}-00`,
    `ff-${TraceId}-${SpanId}-01`,
    `00-${'0'.repeat(32)}-${SpanId}-01`,
    `00-${TraceId}-${'0'.repeat(16)}-01`,
    `00-${TraceId.toUpperCase()}-${SpanId}-01`,
  ])('is left alone otherwise: %s', (text) => {
    expect(sampledParent(text)).toBeNull();
  });

  test('of a socket stands behind the arguments, before the offset', () => {
    const traceparent = `00-${TraceId}-${SpanId}-01`;
    expect(eventContext([{ channel: 'user:ann', id: '4-0000000a', traceparent }, 'offset'])).toEqual({ channel: 'user:ann', position: '4-0000000a', traceparent });
    expect(eventContext(['offset'])).toEqual({ channel: null, position: null, traceparent: null });
    expect(eventContext([])).toEqual({ channel: null, position: null, traceparent: null });
    expect(eventContext([{ channel: 1, traceparent: null }])).toEqual({ channel: null, position: null, traceparent: null });
  });
});

test('the span goes on with the event, and says which it was', () => {
  const exporter = new InMemorySpanExporter();
  const tracing = createTracing(() => new SimpleSpanProcessor(exporter));
  tracing.record({
    name: 'notification',
    channel: 'user:ann',
    position: '4-0000000a',
    traceparent: '',
    transport: 'socketio',
    connection: 'socket',
    parent: { traceId: TraceId, spanId: SpanId },
    start: 1_000,
    end: 1_250.5,
    outcome: 'shown',
  });
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({ name: 'show notification', startTime: [1, 0], endTime: [1, 250_500_000] });
  expect(span?.spanContext().traceId).toBe(TraceId);
  expect(span?.parentSpanContext).toMatchObject({ spanId: SpanId, isRemote: true });
  expect(span?.attributes).toMatchObject({
    'messaging.system': 'pushapp',
    'messaging.operation.name': 'show',
    'messaging.destination.name': 'user:ann',
    'messaging.message.id': '4-0000000a',
    'messaging.client.id': 'socket',
    'pushapp.event': 'notification',
    'pushapp.transport': 'socketio',
    'pushapp.show.outcome': 'shown',
  });
});

describe('showing', () => {
  const recorded: Show[] = [];
  const flush = vi.fn(() => Promise.resolve());
  const discard = vi.fn();
  let frames: (() => void)[] = [];
  let loads = 0;
  let shown: typeof import('../src/telemetry/shown');

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
    vi.resetModules();
    vi.doMock('../src/telemetry/tracing', () => {
      loads++;
      return { createTracing: () => ({ record: (show: Show) => recorded.push(show), flush, discard }) };
    });
    vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
    recorded.length = 0;
    frames = [];
    loads = 0;
    shown = await import('../src/telemetry/shown');
  });

  afterEach(() => {
    vi.doUnmock('../src/telemetry/tracing');
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  function event(name: string, flags = '01'): CameBy {
    return { name, channel: 'user:ann', position: null, traceparent: `00-${TraceId}-${SpanId}-${flags}`, transport: 'sse', connection: null };
  }

  function paint(): void {
    const due = frames;
    frames = [];
    due.forEach((frame) => frame());
  }

  const told = (count: number) => vi.waitFor(() => expect(recorded).toHaveLength(count));

  test('is told when it was painted, and not before', async () => {
    const handled: string[] = [];
    shown.show(event('one'), () => handled.push('one'));
    vi.advanceTimersByTime(20);
    shown.show(event('two'), () => handled.push('two'));
    expect(handled).toEqual(['one', 'two']);
    expect([frames.length, loads]).toEqual([1, 0]);
    paint();
    await told(2);
    expect(recorded.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['one shown', 'two shown']);
    expect(recorded[0]!.end - recorded[0]!.start).toBeGreaterThan(19);
  });

  test('what comes while a frame is painted is told with the next', async () => {
    shown.show(event('one'), () => undefined);
    const frame = frames;
    frames = [];
    frame.forEach((callback) => callback());
    shown.show(event('two'), () => undefined);
    await told(1);
    paint();
    await told(2);
  });

  test('costs nothing where nobody records', () => {
    const handle = vi.fn();
    shown.show(event('one', '00'), handle);
    shown.show({ ...event('two'), traceparent: null }, handle);
    expect(handle).toHaveBeenCalledTimes(2);
    expect([frames.length, loads]).toEqual([0, 0]);
  });

  test('in a page that nobody looks at, is told as hidden after a while', async () => {
    shown.show(event('old'), () => undefined);
    vi.advanceTimersByTime(30_000);
    shown.show(event('new'), () => undefined);
    vi.advanceTimersByTime(30_000);
    await told(1);
    expect(recorded[0]).toMatchObject({ name: 'old', outcome: 'hidden' });
    paint();
    await told(2);
    expect(recorded[1]).toMatchObject({ name: 'new', outcome: 'shown' });
  });

  test('of more than wait for a frame, the oldest are told as hidden', async () => {
    for (let i = 0; i < 201; i++) {
      shown.show(event(`${i}`), () => undefined);
    }
    await told(1);
    expect(recorded[0]).toMatchObject({ name: '0', outcome: 'hidden' });
  });

  test('before a sign-out all of it is sent', async () => {
    shown.show(event('one'), () => undefined);
    await shown.finishShows();
    expect(recorded).toMatchObject([{ name: 'one', outcome: 'hidden' }]);
    expect(flush).toHaveBeenCalled();
  });

  test('keeps nobody from signing out where it cannot be sent', async () => {
    flush.mockReturnValueOnce(Promise.reject(new Error('413')));
    shown.show(event('one'), () => undefined);
    await expect(shown.finishShows()).resolves.toBeUndefined();
  });

  test('once the sign-in has ended, nothing of it is told any more', async () => {
    shown.show(event('loaded'), () => undefined);
    paint();
    await told(1);
    shown.show(event('drawn'), () => undefined);
    paint();
    shown.show(event('waiting'), () => undefined);
    shown.forgetShows();
    await vi.waitFor(() => expect(discard).toHaveBeenCalled());

    // The next user's.
    shown.show(event('next'), () => undefined);
    paint();
    await told(2);
    expect(recorded.map(({ name }) => name)).toEqual(['loaded', 'next']);
  });

  test('a handler that throws is the caller\'s affair, and tells nothing', () => {
    expect(() =>
      shown.show(event('one'), () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(frames).toHaveLength(0);
  });
});
