import { nodeHost, nodeName } from './names';
import type { Journey } from './types';

/** One step of an event's journey: from the step before it to its own time. */
export interface Step {
  readonly kind: 'requested' | 'pickedUp' | 'published' | 'received' | 'written' | 'shown';
  readonly label: string;
  /** Where: a process, or whose browser. */
  readonly where: string;
  /** Of a process: its machine. */
  readonly host: string;
  readonly detail: string;
  readonly from: number;
  readonly at: number;
}

export interface Waterfall {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly end: number;
}

interface Words {
  readonly requested: Pick<Step, 'label' | 'detail'>;
  readonly pickedUp: string;
}

/** What the times before a publish are those of: by the names of the spans of the import worker and of the outbox's relay (docs/telemetry.md), else of whatever an app calls its work. */
function wordsOf(work: string | null): Words {
  switch (work) {
    case 'relay outbox':
      return { requested: { label: 'Decided', detail: 'Stored in the outbox, together with what it tells of' }, pickedUp: 'Taken from the outbox, to be published' };
    case 'import contacts':
      return { requested: { label: 'Requested', detail: 'The import was asked for' }, pickedUp: 'A worker began the import' };
    default:
      return {
        requested: { label: 'Requested', detail: work === null ? 'What led to it was asked for' : `“${work}” was asked for` },
        pickedUp: work === null ? 'The work began that led to it' : `“${work}” began`,
      };
  }
}

/**
 * The journey as a waterfall. Each node's branch begins where the event was published, and each browser's where its node had written it. Clocks differ between machines, so a step may seem to come before the
 * one it follows: it is drawn without length.
 */
export function waterfall({ publish, nodes, shown, event }: Journey): Waterfall {
  const steps: Step[] = [];
  let last: number | null = null;
  const add = (step: Omit<Step, 'from' | 'host'>, from: number | null): number => {
    steps.push({ ...step, host: '', from: from ?? step.at });
    return step.at;
  };
  const addAt = (node: string, step: Omit<Step, 'from' | 'where' | 'host'>, from: number | null): number => {
    steps.push({ ...step, where: nodeName(node), host: nodeHost(node), from: from ?? step.at });
    return step.at;
  };
  if (publish) {
    if (publish.requestedAt !== null) {
      last =
        publish.pickedUpAt === null
          ? addAt(publish.node, { kind: 'requested', label: 'Requested', detail: 'The request arrived', at: publish.requestedAt }, last)
          : add({ kind: 'requested', where: '', at: publish.requestedAt, ...wordsOf(publish.work).requested }, last);
    }
    if (publish.pickedUpAt !== null) {
      last = addAt(publish.node, { kind: 'pickedUp', label: 'Picked up', detail: wordsOf(publish.work).pickedUp, at: publish.pickedUpAt }, last);
    }
    last = addAt(publish.node, { kind: 'published', label: 'Published', detail: 'The broker acknowledged it', at: publish.acknowledgedAt }, publish.startedAt);
  } else if (event.time > 0) {
    last = add({ kind: 'published', label: 'Published', where: '', detail: 'By the clock that stands in the event', at: event.time }, null);
  }
  // The broker sends it on before it acknowledges it.
  const sent = publish?.startedAt ?? last;
  let written: number | null = null;
  for (const node of nodes) {
    const origin = node.connections === 0 ? 'From the broker, for nobody: no connection here held the channel' : node.isFromLog ? 'From the log, for those who came back' : 'From the broker';
    const received = addAt(node.node, { kind: 'received', label: 'Received', detail: origin, at: node.receivedAt }, sent);
    if (node.lastWrittenAt !== null) {
      const at = addAt(node.node, { kind: 'written', label: 'Written', detail: node.connections === 1 ? 'To 1 connection' : `To ${node.connections} connections`, at: node.lastWrittenAt }, received);
      written = Math.min(written ?? at, at);
    }
  }
  for (const report of shown) {
    add({ kind: 'shown', label: 'Shown', where: report.user, detail: `In a browser, over ${report.carrier === 'sse' ? 'Server-Sent Events' : 'Socket.IO'}`, at: report.shownAt }, written);
  }
  const times = steps.flatMap((step) => [Math.min(step.from, step.at), step.at]);
  return { steps, start: Math.min(...times), end: Math.max(...times) };
}

/** "0.4 ms", "12 ms", "1.3 s", "2 min 5 s". */
export function formatSpan(milliseconds: number): string {
  const value = Math.abs(milliseconds);
  const sign = milliseconds < 0 ? '−' : '';
  if (value < 0.005) {
    return '0 ms';
  }
  if (value < 10) {
    return `${sign}${value.toFixed(value < 1 ? 2 : 1)} ms`;
  }
  if (value < 1000) {
    return `${sign}${Math.round(value)} ms`;
  }
  if (value < 60_000) {
    return `${sign}${(value / 1000).toFixed(1)} s`;
  }
  const seconds = Math.round(value / 1000);
  return seconds < 3600 ? `${sign}${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${sign}${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
