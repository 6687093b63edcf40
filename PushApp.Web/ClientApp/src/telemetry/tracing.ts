import { ROOT_CONTEXT, SpanKind, trace, TraceFlags, type HrTime } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, BatchSpanProcessor, ParentBasedSampler, WebTracerProvider, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace-web';
import { newId } from '../newId';
import type { Show } from './shown';

export interface Tracing {
  record(show: Show): void;
  /** Sends what was recorded. */
  flush(): Promise<void>;
  /** Sends nothing more, not even what was recorded. */
  discard(): void;
}

/** The site's own relay: it knows the collector, checks who sends, and names the service. */
const Relay = '/api/telemetry/v1/traces';

/** Loaded when the first event comes whose trace is recorded (docs/telemetry.md): the page does without OpenTelemetry until then. */
export function createTracing(processorOf: (isWanted: () => boolean) => SpanProcessor = exporting): Tracing {
  let isWanted = true;
  const provider = new WebTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'browser' }),
    // The page begins no trace: it goes on with those that events bring.
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    spanProcessors: [processorOf(() => isWanted)],
  });
  const tracer = provider.getTracer('pushapp-page');
  const session = newId();
  return {
    record: ({ parent, name, channel, position, transport, connection, start, end, outcome }) => {
      const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceFlags: TraceFlags.SAMPLED, isRemote: true });
      const attributes = {
        'messaging.system': 'pushapp',
        'messaging.operation.name': 'show',
        'messaging.operation.type': 'process',
        'messaging.destination.name': channel,
        ...(position === null ? {} : { 'messaging.message.id': position }),
        ...(connection === null ? {} : { 'messaging.client.id': connection }),
        'pushapp.event': name,
        'pushapp.transport': transport,
        'pushapp.show.outcome': outcome,
        'session.id': session,
      };
      tracer.startSpan(`show ${name}`, { kind: SpanKind.CONSUMER, startTime: time(start), attributes }, context).end(time(end));
    },
    flush: () => provider.forceFlush(),
    discard: () => {
      isWanted = false;
    },
  };
}

/** Seconds and nanoseconds: the SDK takes a number for one since the page's beginning where it is less than that, as it is once the clock was put back. */
function time(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1e6)];
}

/** Soon, so that a trace that is looked at right after the event is whole; it also sends when the page is hidden. */
function exporting(isWanted: () => boolean): SpanProcessor {
  const exporter = new OTLPTraceExporter({ url: new URL(Relay, location.href).href, timeoutMillis: 10_000 });
  const gate: SpanExporter = {
    export: (spans, done) => (isWanted() ? exporter.export(spans, done) : done({ code: 0 })),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  };
  // A span has about 1 KiB: a batch stays below what the relay takes, and below what a browser sends of a page that is left (60 KiB).
  return new BatchSpanProcessor(gate, { maxQueueSize: 512, maxExportBatchSize: 48, scheduledDelayMillis: 1_000 });
}
