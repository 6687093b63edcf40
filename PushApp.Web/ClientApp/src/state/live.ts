import { computed, signal } from '@preact/signals';
import { PushStream, SocketStream, type EventStream, type PushErrorEvent, type PushEvent } from '../push';
import { show } from '../telemetry/shown';
import { chooseLiveTransport, liveTransport, type LiveTransport } from './liveTransport';

type Connection = 'connecting' | 'live' | 'reconnecting' | 'closed';

const connection = signal<Connection>('connecting');
const brokerLost = signal(false);
const onLine = signal(navigator.onLine);

window.addEventListener('online', () => (onLine.value = true));
window.addEventListener('offline', () => (onLine.value = false));

export type LiveState = 'connecting' | 'live' | 'delayed' | 'reconnecting' | 'offline';

/** What the page shows of its connection. `delayed`: the stream is open, but the server has lost its broker. */
export const liveState = computed<LiveState>(() => {
  if (!onLine.value || connection.value === 'closed') {
    return 'offline';
  }
  if (connection.value === 'live') {
    return brokerLost.value ? 'delayed' : 'live';
  }
  return connection.value;
});

export interface LiveHandlers {
  /** Named events of the user's channel, with their data as JSON. */
  readonly events: Readonly<Record<string, (data: never) => void>>;
  /** Events may have been missed, or none was heard yet: what is shown has to be loaded anew. */
  reload(): void;
  /** The sign-in behind the stream has ended. */
  signedOut(): void;
}

let stream: EventStream | null = null;
let current: { readonly userName: string; readonly handlers: LiveHandlers } | null = null;

/** Opens the user's stream. One per page. */
export function goLive(userName: string, handlers: LiveHandlers): void {
  stopLive();
  current = { userName, handlers };
  connection.value = 'connecting';
  const opened: EventStream = liveTransport.value === 'socketio' ? new SocketStream(userName) : openPushStream(userName);
  stream = opened;
  let isFirst = true;

  opened.addEventListener('open', () => {
    connection.value = 'live';
    if (isFirst || opened.lastEventId === '') {
      // What happened between the page's first look and now was not heard. Nor was it when an earlier stream broke before it said where it stands.
      isFirst = false;
      handlers.reload();
    }
  });
  opened.addEventListener('error', (event: PushErrorEvent) => {
    if (event.retryIn !== null) {
      connection.value = isFirst ? 'connecting' : 'reconnecting';
      brokerLost.value = false;
      return;
    }
    connection.value = 'closed';
    if (event.status === 401 || event.status === 403 || event.reason === 'signed-out' || event.reason === 'forbidden') {
      handlers.signedOut();
    }
  });
  opened.addEventListener('push.status', (event: PushEvent) => {
    brokerLost.value = (JSON.parse(event.data) as { broker: string }).broker === 'lost';
  });
  opened.addEventListener('push.reset', () => handlers.reload());
  for (const [name, handle] of Object.entries(handlers.events)) {
    opened.addEventListener(name, (event: PushEvent) => {
      const { channel, position, traceparent } = event;
      show({ name, channel, position, traceparent, transport: opened.transport, connection: opened.connectionId }, () => handle(JSON.parse(event.data) as never));
    });
  }
}

/** Takes the live updates another way from now on. */
export function switchLive(transport: LiveTransport): void {
  if (transport !== liveTransport.value) {
    chooseLiveTransport(transport);
    if (current) {
      goLive(current.userName, current.handlers);
    }
  }
}

function openPushStream(userName: string): PushStream {
  // The channel is named although it is the default, so that a stream whose sign-in has ended is refused instead of silently being a visitor's.
  return new PushStream(`/sse/?channel=${encodeURIComponent(`user:${encodeURIComponent(userName)}`)}`, { user: userName });
}

export function stopLive(): void {
  stream?.close();
  stream = null;
  current = null;
  brokerLost.value = false;
}
