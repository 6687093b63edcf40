import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Socket } from 'socket.io-client';
import { socketOf } from '../socket/manager';
import { activity, type Activity } from './activity';

export interface Presence {
  readonly state: 'online' | 'away' | 'offline';
  /** ISO 8601; absent where it is not known. */
  readonly since?: string;
}

interface Status {
  readonly user: string;
  readonly state: Presence['state'];
  readonly since: string | null;
}

const Offline: Presence = { state: 'offline' };
/** Names of one `watch`; the server takes some hundred in all. */
const WatchAtOnce = 100;
/** What is shown again at once, as when a list is drawn anew, was never not watched. */
const KeepWatching = 5_000;

const known = new Map<string, { readonly name: string; readonly presence: Signal<Presence> }>();
const wanted = new Set<string>();
const asked = new Set<string>();
let socket: Socket | null = null;
let isSyncing = false;
/** How often each user's state was told; a state that was asked for before and answered after is older. */
const told = new Map<string, number>();

/** Whether a user is there: watched on the server as long as somebody reads it. User names are compared without case. */
export function presenceOf(userName: string): ReadonlySignal<Presence> {
  const key = userName.toLowerCase();
  let entry = known.get(key);
  if (!entry) {
    const presence = signal<Presence>(Offline, {
      watched() {
        wanted.add(key);
        sync();
      },
      unwatched() {
        wanted.delete(key);
        setTimeout(sync, KeepWatching);
      },
    });
    entry = { name: userName, presence };
    known.set(key, entry);
  }
  return entry.presence;
}

/** Tells the others that this user is there, and when nobody looks at this tab. Until `leave`. */
export function bePresent(): void {
  connect();
}

/** After sign-out; the socket is closed with the others. */
export function leave(): void {
  socket = null;
  asked.clear();
  told.clear();
  for (const { presence } of known.values()) {
    presence.value = Offline;
  }
}

function connect(): void {
  const current = socketOf('/status');
  if (current !== socket) {
    socket = current;
    // Read at each connect: a hidden tab that comes back is never taken for an active one.
    let given: Activity | null = null;
    current.auth = (give: (auth: object) => void) => give({ state: (given = activity.value) });
    current.on('connect', () => {
      // A server that restores the socket keeps what it knew; and the tab may have changed since the handshake.
      if (activity.value === 'away' || given === 'away') {
        current.emit(activity.value);
      }
      asked.clear();
      sync();
    });
    current.on('presence', (status: Status) => apply(status));
    if (current.connected) {
      current.emit(activity.value);
      sync();
    }
  }
}

activity.subscribe((state: Activity) => {
  // Not kept until the connection is back: then its connect says it.
  if (socket?.connected) {
    socket.emit(state);
  }
});

/** Brings what the server tells in line with what is shown, once for all that change together. */
function sync(): void {
  if (isSyncing) {
    return;
  }
  isSyncing = true;
  queueMicrotask(() => {
    isSyncing = false;
    if (wanted.size === 0 && asked.size === 0) {
      return;
    }
    const current = socket;
    if (!current?.connected) {
      return;
    }
    const gone = [...asked].filter((key) => !wanted.has(key));
    if (gone.length > 0) {
      gone.forEach((key) => asked.delete(key));
      current.emit('unwatch', ...gone.map(nameOf));
    }
    const added = [...wanted].filter((key) => !asked.has(key));
    for (let start = 0; start < added.length; start += WatchAtOnce) {
      watch(current, added.slice(start, start + WatchAtOnce));
    }
  });
}

function watch(current: Socket, keys: readonly string[]): void {
  keys.forEach((key) => asked.add(key));
  const before = new Map(keys.map((key) => [key, told.get(key) ?? 0]));
  current.emit('watch', ...keys.map(nameOf), (answer: readonly Status[] | { readonly error: { readonly message: string } }) => {
    if (current !== socket) {
      return;
    }
    if (!Array.isArray(answer)) {
      // As when there are too many: those stay unknown, and so offline, until fewer are shown.
      keys.forEach((key) => asked.delete(key));
      return;
    }
    for (const status of answer as readonly Status[]) {
      const key = status.user.toLowerCase();
      if ((told.get(key) ?? 0) === before.get(key)) {
        apply(status);
      }
    }
  });
}

function apply({ user, state, since }: Status): void {
  const key = user.toLowerCase();
  told.set(key, (told.get(key) ?? 0) + 1);
  const entry = known.get(key);
  if (entry) {
    entry.presence.value = since === null ? { state } : { state, since };
  }
}

function nameOf(key: string): string {
  return known.get(key)?.name ?? key;
}
