import { signal, type ReadonlySignal } from '@preact/signals';
import { Manager, type Socket } from 'socket.io-client';
import { WantsTraceContext } from './eventContext';

/** `idle`: nobody has asked for a socket. `connecting`: not connected yet, or again after a loss. */
export type SocketState = 'idle' | 'connecting' | 'connected' | 'reconnecting';

export type TransportName = 'polling' | 'websocket';

const state = signal<SocketState>('idle');
const transport = signal<TransportName | null>(null);

/** How the page's one Socket.IO connection stands. */
export const socketState: ReadonlySignal<SocketState> = state;

/** What carries it now: a connection begins by polling and moves to a WebSocket where there can be one. Null while there is none. */
export const socketTransport: ReadonlySignal<TransportName | null> = transport;

/** A server that sent a socket away or refused it is asked again after this long, doubled with every refusal, and up to twice as long at random, so that pages do not come back in step. */
const FirstDelay = 1_000;
const LongestDelay = 15_000;

let manager: Manager | null = null;
let sockets = new Map<string, Socket>();

/**
 * The page's socket in a namespace, connected or connecting. All namespaces share one connection, which is opened for the first. It comes back by itself, with
 * connection state recovery: look at `socket.recovered` at each `connect`. Sign-in decides who it is for: `closeSockets` at sign-out. What it tells the namespace of itself (`auth`) is that of
 * whoever asks first.
 */
export function socketOf(namespace: string, auth: Readonly<Record<string, unknown>> = {}): Socket {
  manager ??= open();
  let socket = sockets.get(namespace);
  if (!socket) {
    socket = manager.socket(namespace, { auth: { ...WantsTraceContext, ...auth } });
    sockets.set(namespace, socket);
    keepConnected(namespace, socket);
  }
  if (!socket.active) {
    socket.connect();
  }
  return socket;
}

/** Ends a namespace's socket for good: the next `socketOf` makes another. */
export function closeSocket(namespace: string): void {
  const socket = sockets.get(namespace);
  sockets.delete(namespace);
  socket?.off();
  socket?.disconnect();
}

/** Ends the connection, and forgets what it could have recovered: the next user of this page starts afresh. */
export function closeSockets(): void {
  const ended = [...sockets.values()];
  sockets = new Map();
  manager?.off();
  for (const socket of ended) {
    socket.off();
    socket.disconnect();
  }
  manager = null;
  state.value = 'idle';
  transport.value = null;
}

function open(): Manager {
  state.value = 'connecting';
  const opened = new Manager({
    path: '/socket.io',
    withCredentials: true,
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    timeout: 10_000,
  });
  opened.on('open', () => {
    state.value = 'connected';
    const { engine } = opened;
    transport.value = engine.transport.name as TransportName;
    engine.on('upgrade', (upgraded) => {
      if (opened.engine === engine) {
        transport.value = upgraded.name as TransportName;
      }
    });
  });
  opened.on('close', () => {
    state.value = 'reconnecting';
    transport.value = null;
  });
  return opened;
}

// The client reconnects what the network broke, but nothing that the server ended or refused. Whether it would refuse again, only it knows: it was restarted, or could not
// ask its database just then. Where the sign-in has ended the page learns of that by its stream, and closes the sockets.
function keepConnected(namespace: string, socket: Socket): void {
  let refusals = 0;
  const comeBack = () => {
    const delay = Math.min(FirstDelay * 2 ** refusals, LongestDelay) * (1 + Math.random());
    setTimeout(() => {
      if (sockets.get(namespace) === socket && !socket.active) {
        socket.connect();
      }
    }, delay);
  };
  socket.on('connect', () => (refusals = 0));
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') {
      comeBack();
    }
  });
  socket.on('connect_error', () => {
    if (!socket.active) {
      refusals++;
      comeBack();
    }
  });
}

// Does not wait for the next attempt, which may be seconds away, when the network is back or the page is looked at again.
function hasten(): void {
  if (manager && state.value === 'reconnecting' && document.visibilityState === 'visible') {
    for (const socket of sockets.values()) {
      if (socket.active && !socket.connected) {
        manager.connect();
        return;
      }
    }
  }
}

if (typeof window !== 'undefined') {
  window.addEventListener('online', hasten);
  document.addEventListener('visibilitychange', hasten);
}
