import { signal } from '@preact/signals';
import { PushStream, type PushEvent } from '../push';
import { getNodes, getSettings } from './api';
import type { LoadRow, LoadSample, NodeReport, Settings } from './types';

/** A node that was silent for so many intervals has stopped, or the broker is away. */
const Silent = 4;
const MaxSamples = 300;

export interface WatchedNode {
  readonly report: NodeReport;
  readonly heardAt: number;
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

/** Begins to watch; nodes tell their figures while anybody does. */
export function watch(user: string): void {
  if (stream) {
    return;
  }
  void load();
  stream = new PushStream('/api/inspector/stream', { user });
  stream.addEventListener('node', (event: PushEvent) => take(JSON.parse(event.data) as NodeReport));
  stream.addEventListener('open', () => (watchError.value = null));
  timer = setInterval(tick, 1000);
}

export function stopWatching(): void {
  stream?.close();
  stream = null;
  clearInterval(timer);
  heard = new Map();
  kept = new Map();
  nodes.value = [];
  samples.value = new Map();
}

export async function load(): Promise<void> {
  try {
    settings.value ??= await getSettings();
    const page = await getNodes();
    for (const report of page.items) {
      heard.set(report.node, { report, at: Date.now() });
      kept.set(report.node, (report.history ?? []).map(sampleOf));
    }
    watchError.value = null;
    show();
  } catch (error) {
    watchError.value = error instanceof Error ? error.message : String(error);
  }
}

export function take(report: NodeReport): void {
  heard.set(report.node, { report, at: Date.now() });
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

export function sampleOf([time, connections, published, received, deliveries, bytes, processor, median, p95, p99]: LoadRow): LoadSample {
  return { time, connections, published, received, deliveries, bytes, processor, median, p95, p99 };
}

function tick(): void {
  if (!isPaused.value && nodes.value.some(({ heardAt, isSilent }) => isSilent !== isOld(heardAt))) {
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
  nodes.value = [...heard.values()]
    .map(({ report, at }) => ({ report, heardAt: at, isSilent: isOld(at) }))
    .sort((a, b) => a.report.service.localeCompare(b.report.service) || a.report.started - b.report.started);
}

function isOld(heardAt: number): boolean {
  return Date.now() - heardAt > Silent * (settings.value?.sampleSeconds ?? 2) * 1000;
}
