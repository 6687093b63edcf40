import { signal } from '@preact/signals';
import { PushStream, type PushEvent } from '../push';
import { getNodes, getSettings } from './api';
import { nodeName } from './names';
import type { LoadRow, LoadSample, NodeReport, Settings } from './types';

/** A node that was silent for so many intervals was killed, or the broker is away. */
const Silent = 3;
const MaxSamples = 300;

export interface WatchedNode {
  readonly report: NodeReport;
  readonly heardAt: number;
  /** It was not heard of for too long, and did not say that it stops. */
  readonly isSilent: boolean;
}

export const settings = signal<Settings | null>(null);
export const nodes = signal<readonly WatchedNode[]>([]);
export const samples = signal<ReadonlyMap<string, readonly LoadSample[]>>(new Map());
export const watchError = signal<string | null>(null);
/** Counts the nodes' news: lists load themselves anew with it. */
export const news = signal(0);
export const isPaused = signal(false);

let stream: PushStream | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
let heard = new Map<string, { report: NodeReport; at: number }>();
/** What `samples` shows, and while the page is paused what it is going to. */
let kept = new Map<string, readonly LoadSample[]>();
/** While this page's own stream is down it hears of nobody, which says nothing of them. */
let deafSince: number | null = null;

/** Begins to watch; nodes tell their figures while anybody does. */
export function watch(user: string): void {
  if (stream) {
    return;
  }
  void load();
  stream = new PushStream('/api/inspector/stream', { user });
  stream.addEventListener('node', (event: PushEvent) => take(JSON.parse(event.data) as NodeReport));
  let isFirst = true;
  stream.addEventListener('open', () => {
    watchError.value = null;
    if (!isFirst) {
      // What nodes said meanwhile, their last words too, was not heard.
      void load();
    }
    isFirst = false;
  });
  stream.addEventListener('error', () => (deafSince ??= Date.now()));
  timer = setInterval(tick, 1000);
}

export function stopWatching(): void {
  stream?.close();
  stream = null;
  clearInterval(timer);
  heard = new Map();
  kept = new Map();
  deafSince = null;
  nodes.value = [];
  samples.value = new Map();
}

export async function load(): Promise<void> {
  try {
    settings.value ??= await getSettings();
    const page = await getNodes();
    for (const report of page.items) {
      hear(report);
      if (report.history) {
        kept.set(report.node, report.history.map(sampleOf));
      }
    }
    deafSince = null;
    watchError.value = null;
    show();
  } catch (error) {
    watchError.value = error instanceof Error ? error.message : String(error);
  }
}

export function take(report: NodeReport): void {
  hear(report);
  const { sample } = report;
  if (sample) {
    const known = kept.get(report.node) ?? [];
    if (known.at(-1)?.time !== sample.time) {
      kept.set(report.node, [...known, sample].slice(-MaxSamples));
    }
  }
  if (!isPaused.value) {
    show();
    news.value++;
  }
}

/** Its last words are not followed by any, whatever overtakes them on the way. */
function hear(report: NodeReport): void {
  if (heard.get(report.node)?.report.state !== 'Stopped') {
    heard.set(report.node, { report, at: report.state === 'Stopped' ? report.stateSince : Date.now() });
  }
}

export function sampleOf([time, connections, published, received, deliveries, bytes, processor, median, p95, p99]: LoadRow): LoadSample {
  return { time, connections, published, received, deliveries, bytes, processor, median, p95, p99 };
}

function tick(): void {
  if (!isPaused.value && nodes.value.some((node) => node.isSilent !== isSilent(node.report, node.heardAt))) {
    show();
  }
}

function show(): void {
  for (const [node, { at }] of heard) {
    // What it once told is older than the charts are wide.
    if (Date.now() - at > MaxSamples * (settings.value?.sampleSeconds ?? 2) * 1000) {
      heard.delete(node);
      kept.delete(node);
    }
  }
  samples.value = new Map(kept);
  const all = [...heard.values()].map(({ report, at }) => ({ report, heardAt: at, isSilent: isSilent(report, at) }));
  nodes.value = all.filter((node) => !hasGone(node) || !all.some((other) => isSuccessor(other, node))).sort(inOrder);
}

/** Whether it works no longer, by its own word or for all that is known. */
export function hasGone({ report, isSilent }: WatchedNode): boolean {
  return isSilent || report.state === 'Stopped';
}

/** Whether a node was started again, under the same name. */
function isSuccessor(other: WatchedNode, { report }: WatchedNode): boolean {
  return !hasGone(other) && nodeName(other.report.node) === nodeName(report.node) && other.report.started > report.started;
}

function inOrder(a: WatchedNode, b: WatchedNode): number {
  return Number(hasGone(a)) - Number(hasGone(b)) || nodeName(a.report.node).localeCompare(nodeName(b.report.node), 'en', { numeric: true }) || a.report.started - b.report.started;
}

function isSilent(report: NodeReport, heardAt: number): boolean {
  return report.state !== 'Stopped' && (deafSince ?? Date.now()) - heardAt > Silent * (settings.value?.sampleSeconds ?? 2) * 1000;
}
