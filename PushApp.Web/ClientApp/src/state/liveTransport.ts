import { signal, type ReadonlySignal } from '@preact/signals';

export type LiveTransport = 'sse' | 'socketio';

const Key = 'pushapp.live';
const chosen = signal<LiveTransport>(read());

/** What carries the page's live updates; chosen in the account menu and remembered by this browser. */
export const liveTransport: ReadonlySignal<LiveTransport> = chosen;

export function chooseLiveTransport(transport: LiveTransport): void {
  chosen.value = transport;
  try {
    localStorage.setItem(Key, transport);
  } catch {
    // Where nothing can be stored, it counts for this page.
  }
}

function read(): LiveTransport {
  try {
    return localStorage.getItem(Key) === 'socketio' ? 'socketio' : 'sse';
  } catch {
    return 'sse';
  }
}
