import type { Socket } from 'socket.io-client';
import { eventContext } from '../socket/eventContext';
import { closeSocket, socketOf } from '../socket/manager';
import type { EventStream } from './EventStream';
import { PushErrorEvent, PushEvent } from './PushEvent';

const Namespace = '/events';

/** What `/events` refuses a page with whose sign-in has become another's. */
const OtherUser = 'other_user';

/** Until the next attempt that the socket itself makes; for those who only want to know that there is one. */
const ComesBack = 1_000;

/**
 * The user's events by the Socket.IO namespace `/events`: the same channels, the same names and data as `/sse/`. What was missed during a loss of the connection follows
 * by connection state recovery; where it could not, `lastEventId` is empty at the next `open`.
 */
export class SocketStream extends EventTarget implements EventStream {
  readonly transport = 'socketio';
  readonly #socket: Socket;
  #isClosed = false;
  #isWhole = false;

  /** Whose events: where the sign-in has become another's, it is refused instead of silently being theirs. */
  constructor(userName: string) {
    super();
    this.#socket = socketOf(Namespace, { user: userName });
    this.#socket.on('connect', this.#connected);
    this.#socket.on('disconnect', this.#disconnected);
    this.#socket.on('connect_error', this.#refused);
    this.#socket.on('event', this.#received);
    if (this.#socket.connected) {
      queueMicrotask(() => {
        if (!this.#isClosed && this.#socket.connected) {
          this.#connected();
        }
      });
    }
  }

  /** The socket's id while nothing was missed: where in the channels it stands, only the client knows. */
  get lastEventId(): string {
    return this.#isWhole ? (this.#socket.id ?? '') : '';
  }

  get connectionId(): string | null {
    return this.#socket.id ?? null;
  }

  override addEventListener(type: 'open', listener: (event: Event) => void): void;
  override addEventListener(type: 'error', listener: (event: PushErrorEvent) => void): void;
  override addEventListener(type: string, listener: (event: PushEvent) => void): void;
  override addEventListener(type: string, listener: (event: never) => void): void {
    super.addEventListener(type, listener as EventListener);
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      closeSocket(Namespace);
    }
  }

  readonly #connected = (): void => {
    this.#isWhole = this.#socket.recovered;
    this.dispatchEvent(new Event('open'));
    this.#isWhole = true;
  };

  readonly #disconnected = (): void => {
    this.#fail(null);
  };

  // Refused by the server, or not reached at all. Whether it is the sign-in that has ended, an answer tells.
  readonly #refused = (error: Error & { readonly data?: { readonly code?: string } }): void => {
    if (this.#socket.active) {
      this.#fail(null);
      return;
    }
    if (error.data?.code === OtherUser) {
      this.#fail(403);
      return;
    }
    fetch('/api/account/me').then(
      (answer) => this.#fail(answer.status === 401 ? 401 : null),
      () => this.#fail(null),
    );
  };

  readonly #received = (name: string, data: string, channel: string | null, ...more: unknown[]): void => {
    const { position, traceparent } = eventContext(more);
    this.dispatchEvent(new PushEvent(name, { data, lastEventId: this.lastEventId, origin: location.origin, channel, position, traceparent }));
  };

  #fail(status: number | null): void {
    if (!this.#isClosed) {
      this.dispatchEvent(new PushErrorEvent(status, null, status === null ? ComesBack : null));
    }
  }
}
