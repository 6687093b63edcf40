import type { EventStream } from './EventStream';
import { browserTabs, SharedConnection } from './SharedConnection';
import { StreamConnection, type ConnectionListener, type Failure } from './StreamConnection';
import type { StreamItem } from './parser';
import { PushErrorEvent, PushEvent } from './PushEvent';

export interface PushStreamInit {
  /** Where to resume: the `lastEventId` of the last event that was seen. Without one, the stream begins now. */
  lastEventId?: string;
  /** Share one connection with this site's other tabs that have the same URL and `user`. Default true, where the browser can. */
  share?: boolean;
  /** Whose stream it is: tabs of different users never share one, should the URL not tell them apart. */
  user?: string;
}

export interface PushStreamEventMap {
  open: Event;
  error: PushErrorEvent;
  message: PushEvent;
}

/**
 * An EventSource (https://html.spec.whatwg.org/multipage/server-sent-events.html) over `fetch` that knows PushApp's streams: it comes back from answers that close an
 * EventSource for good (429, 502, 503), notices silence, wakes with the page and the network, and shares one connection among the site's tabs.
 * Its events are `PushEvent`s; `error` events are `PushErrorEvent`s, with the status of the answer.
 */
export class PushStream extends EventTarget implements EventStream {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;

  readonly transport = 'sse';
  readonly connectionId = null;

  readonly CONNECTING = PushStream.CONNECTING;
  readonly OPEN = PushStream.OPEN;
  readonly CLOSED = PushStream.CLOSED;

  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: PushEvent) => void) | null = null;
  onerror: ((event: PushErrorEvent) => void) | null = null;

  readonly #url: string;
  readonly #origin: string;
  readonly #connection: StreamConnection | SharedConnection;
  #readyState: 0 | 1 | 2 = PushStream.CONNECTING;
  #lastEventId: string;

  constructor(url: string | URL, init: PushStreamInit = {}) {
    super();
    // As listeners like any other, so that one that throws is reported and hurts nobody else.
    super.addEventListener('open', (event) => this.onopen?.(event));
    super.addEventListener('message', (event) => this.onmessage?.(event as PushEvent));
    super.addEventListener('error', (event) => this.onerror?.(event as PushErrorEvent));
    const absolute = new URL(url, document.baseURI);
    this.#url = absolute.href;
    this.#origin = absolute.origin;
    this.#lastEventId = init.lastEventId ?? '';

    const listener: ConnectionListener = {
      opened: () => this.#opened(),
      received: (item) => this.#received(item),
      failed: (failure) => this.#failed(failure),
    };
    const tabs = init.share === false ? null : browserTabs();
    this.#connection = tabs
      ? new SharedConnection(this.#url, `${init.user ?? ''} ${this.#url}`, this.#lastEventId, listener, tabs)
      : new StreamConnection(this.#url, this.#lastEventId, listener);

    document.addEventListener('visibilitychange', this.#wake);
    window.addEventListener('pageshow', this.#wake);
    window.addEventListener('online', this.#wake);
    this.#connection.start();
  }

  get url(): string {
    return this.#url;
  }

  get withCredentials(): boolean {
    return false;
  }

  get readyState(): 0 | 1 | 2 {
    return this.#readyState;
  }

  /** Where a stream would have to resume to miss nothing and repeat nothing. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Whether this tab holds the connection itself. */
  get isLeader(): boolean {
    return this.#connection instanceof StreamConnection || this.#connection.isLeader;
  }

  close(): void {
    if (this.#readyState !== PushStream.CLOSED) {
      this.#readyState = PushStream.CLOSED;
      this.#connection.stop();
      this.#forget();
    }
  }

  override addEventListener<K extends keyof PushStreamEventMap>(
    type: K,
    listener: (event: PushStreamEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(type: string, listener: (event: PushEvent) => void, options?: boolean | AddEventListenerOptions): void;
  override addEventListener(type: string, listener: ((event: never) => void) | null, options?: boolean | AddEventListenerOptions): void {
    super.addEventListener(type, listener as EventListener | null, options);
  }

  readonly #wake = (): void => {
    if (document.visibilityState !== 'hidden') {
      this.#connection.wake();
    }
  };

  #opened(): void {
    if (this.#readyState === PushStream.CONNECTING) {
      this.#readyState = PushStream.OPEN;
      this.#dispatch(new Event('open'));
    }
  }

  #received(item: StreamItem): void {
    if (item.type === 'cursor') {
      this.#lastEventId = item.id;
    } else if (item.type === 'event') {
      this.#lastEventId = item.id;
      const { channel, position, traceparent } = item;
      this.#dispatch(new PushEvent(item.name, { data: item.data, lastEventId: item.id, origin: this.#origin, channel, position, traceparent }));
    }
  }

  #failed(failure: Failure): void {
    if (this.#readyState === PushStream.CLOSED) {
      return;
    }
    this.#readyState = failure.retryIn === null ? PushStream.CLOSED : PushStream.CONNECTING;
    if (failure.retryIn === null) {
      this.#forget();
    }
    this.#dispatch(new PushErrorEvent(failure.status, failure.reason, failure.retryIn));
  }

  #dispatch(event: Event): void {
    // Closing within a listener ends the delivery.
    if (this.#readyState !== PushStream.CLOSED || event.type === 'error') {
      this.dispatchEvent(event);
    }
  }

  #forget(): void {
    document.removeEventListener('visibilitychange', this.#wake);
    window.removeEventListener('pageshow', this.#wake);
    window.removeEventListener('online', this.#wake);
  }
}
