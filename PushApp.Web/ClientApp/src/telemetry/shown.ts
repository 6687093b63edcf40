import { sampledParent, type TraceParent } from './traceparent';
import type { Tracing } from './tracing';

/** An event as it came, and what carried it. */
export interface CameBy {
  readonly name: string;
  readonly channel: string | null;
  /** Its place in the channel's log; null for none, or where it is not known. */
  readonly position: string | null;
  readonly traceparent: string | null;
  readonly transport: 'sse' | 'socketio';
  /** With Socket.IO the socket's id. */
  readonly connection: string | null;
}

/** What a span is made of. Times in milliseconds since 1970. */
export interface Show extends CameBy {
  readonly channel: string;
  readonly parent: TraceParent;
  readonly start: number;
  readonly end: number;
  readonly outcome: 'shown' | 'hidden';
}

/** How long an event that came to a hidden page counts as one that may yet be seen. */
const Patience = 60_000;
/** More do not wait for the next paint: the oldest go as they are. */
const MaxWaiting = 200;

type Waiting = Omit<Show, 'end' | 'outcome'>;

const waiting: Waiting[] = [];
let isAwaitingFrame = false;
let timer: ReturnType<typeof setTimeout> | null = null;
let tracing: Promise<Tracing | null> | null = null;
// Counts the sign-ins that have ended.
let generation = 0;

/**
 * Handles an event, and tells its trace when what it changed had been painted. Costs nothing for an event whose trace is not recorded: the SDK is loaded for the first that is.
 */
export function show(event: CameBy, handle: () => void): void {
  const parent = sampledParent(event.traceparent);
  const start = now();
  handle();
  if (parent === null || event.channel === null) {
    return;
  }
  waiting.push({ ...event, channel: event.channel, parent, start });
  if (waiting.length > MaxWaiting) {
    finish(waiting.splice(0, waiting.length - MaxWaiting), 'hidden');
  }
  // Preact renders before the next frame. A frame that has begun will be painted once its callbacks are done, so the task after it is the first moment at which it has been.
  if (!isAwaitingFrame) {
    isAwaitingFrame = true;
    requestAnimationFrame(() => {
      isAwaitingFrame = false;
      // What comes after this is in the next frame.
      // Where the page slept, a timer may come after its first frame: what is too old was not seen then either.
      expire();
      const drawn = waiting.splice(0);
      stopTimer();
      const drawnIn = generation;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        if (drawnIn === generation) {
          finish(drawn, 'shown');
        }
      };
      port2.postMessage(null);
    });
  }
  // Pages that are not looked at have no frames.
  timer ??= setTimeout(expire, Patience);
}

/** The user is going: what waits is told as it is, while the sign-in still counts. Never fails: spans may be lost. */
export async function finishShows(): Promise<void> {
  finish(waiting.splice(0), 'hidden');
  const loaded = await tracing;
  await loaded?.flush().catch(() => undefined);
}

/** The sign-in has ended: what was not told by now is nobody's to tell, least of all the next user's. */
export function forgetShows(): void {
  generation++;
  waiting.length = 0;
  stopTimer();
  void tracing?.then((loaded) => loaded?.discard());
  tracing = null;
}

function expire(): void {
  stopTimer();
  const due = now() - Patience;
  const kept = waiting.findIndex(({ start }) => start > due);
  finish(waiting.splice(0, kept < 0 ? waiting.length : kept), 'hidden');
  if (waiting.length > 0) {
    timer = setTimeout(expire, Patience);
  }
}

function stopTimer(): void {
  if (timer !== null) {
    clearTimeout(timer);
    timer = null;
  }
}

function finish(shows: readonly Waiting[], outcome: Show['outcome']): void {
  if (shows.length === 0) {
    return;
  }
  const end = now();
  // Where it cannot be loaded (no network, a newer site), these are not told; the next ones try again.
  tracing ??= import('./tracing').then(
    ({ createTracing }) => createTracing(),
    () => (tracing = null),
  );
  void tracing.then((loaded) => shows.forEach((item) => loaded?.record({ ...item, end, outcome })));
}

// Finer than Date.now(), and moves with it where the clock is set or the machine slept.
let origin = performance.timeOrigin;
function now(): number {
  const precise = origin + performance.now();
  const wall = Date.now();
  if (Math.abs(precise - wall) > 50) {
    origin += wall - precise;
    return wall;
  }
  return precise;
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => void finishShows());
}
