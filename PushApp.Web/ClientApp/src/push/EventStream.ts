import type { PushErrorEvent, PushEvent } from './PushEvent';

/** The user's events, whatever carries them: `PushStream` (Server-Sent Events) or `SocketStream` (Socket.IO). */
export interface EventStream {
  /** Where it stands; empty where it does not know, and what came before the last `open` may have been missed. */
  readonly lastEventId: string;
  /** What carries it. */
  readonly transport: 'sse' | 'socketio';
  /** What the server calls the connection; null where it has not told. */
  readonly connectionId: string | null;
  addEventListener(type: 'open', listener: (event: Event) => void): void;
  addEventListener(type: 'error', listener: (event: PushErrorEvent) => void): void;
  addEventListener(type: string, listener: (event: PushEvent) => void): void;
  close(): void;
}
