import { reconnectDelay, retryAfterDelay } from './backoff';
import { EventStreamParser, type StreamItem } from './parser';

/** Where a connection stands: `waiting` is between two attempts. */
export type ConnectionState = 'connecting' | 'open' | 'waiting' | 'closed';

export interface Failure {
  readonly status: number | null;
  readonly reason: string | null;
  readonly retryIn: number | null;
}

export interface ConnectionListener {
  opened(): void;
  /** Also called for every comment: a sign of life. */
  received(item: StreamItem): void;
  /** The stream broke or was refused. With `retryIn` null it is over. */
  failed(failure: Failure): void;
}

/** Everything of the browser that a connection uses, so that tests can stand in for it. */
export interface Environment {
  fetch(url: string, init: RequestInit): Promise<Response>;
  setTimeout(action: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
  now(): number;
  random(): number;
}

export const browserEnvironment: Environment = {
  fetch: (url, init) => fetch(url, init),
  setTimeout: (action, milliseconds) => setTimeout(action, milliseconds),
  clearTimeout: (handle) => clearTimeout(handle as number),
  now: () => Date.now(),
  random: () => Math.random(),
};

/** The server sends a comment after this long without an event, unless its first comment says otherwise. */
export const DefaultHeartbeat = 15_000;
const DefaultRetry = 2_000;

/**
 * The answers that are the server's own last word: stop, a request it cannot read, nobody signed in, a channel that is not this user's. Whatever else comes may come from something in between,
 * for as long as the server is away: a proxy's 404 or 408, a 425, a page in place of the stream.
 */
const FinalAnswers: ReadonlySet<number> = new Set([204, 400, 401, 403]);

/**
 * One event stream over `fetch`, kept open: it comes back with its cursor after whatever is not a clear "no". An EventSource gives up for good on any answer but 200;
 * here all but 204, 400, 401 and 403 are waited out, because that is what a deployment looks like from outside.
 */
export class StreamConnection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #environment: Environment;
  #cursor: string;
  #state: ConnectionState = 'closed';
  #retry = DefaultRetry;
  #heartbeat = DefaultHeartbeat;
  #failures = 0;
  #closing: { reason: string; retry: number | null } | null = null;
  #lastSign = 0;
  #abort: AbortController | null = null;
  #timer: unknown = null;
  #watchdog: unknown = null;

  constructor(url: string, cursor: string, listener: ConnectionListener, environment: Environment = browserEnvironment) {
    this.#url = url;
    this.#cursor = cursor;
    this.#listener = listener;
    this.#environment = environment;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get cursor(): string {
    return this.#cursor;
  }

  /** The longest silence between two signs of life that is normal, in milliseconds. */
  get heartbeat(): number {
    return this.#heartbeat;
  }

  start(): void {
    if (this.#state === 'closed') {
      void this.#attempt();
    }
  }

  /** Ends it without a word to the listener. */
  stop(): void {
    this.#state = 'closed';
    this.#clear();
  }

  /** The page came back, or the network did: tries at once instead of waiting, and doubts a stream that has been silent for longer than it should. */
  wake(): void {
    if (this.#state === 'waiting') {
      this.#failures = 0;
      this.#clear();
      void this.#attempt();
    } else if (this.#state === 'open' && this.#environment.now() - this.#lastSign > this.#heartbeat * 1.5) {
      this.#break('silence');
    }
  }

  async #attempt(): Promise<void> {
    this.#state = 'connecting';
    this.#closing = null;
    const abort = new AbortController();
    this.#abort = abort;
    this.#sign();
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.#cursor !== '') {
        headers['Last-Event-ID'] = this.#cursor;
      }
      const response = await this.#environment.fetch(this.#url, {
        headers,
        cache: 'no-store',
        credentials: 'same-origin',
        signal: abort.signal,
      });
      if (this.#abort !== abort) {
        return;
      }
      if (!this.#isStream(response)) {
        void response.body?.cancel().catch(() => undefined);
        this.#refused(response);
        return;
      }
      this.#state = 'open';
      this.#failures = 0;
      this.#sign();
      this.#listener.opened();
      await this.#readAll(response.body!, abort);
      if (this.#abort === abort) {
        this.#broken(null);
      }
    } catch {
      // Whatever the network or the browser makes of it, the answer is the same: come back later.
      if (this.#abort === abort) {
        this.#broken(null);
      }
    }
  }

  async #readAll(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const parser = new EventStreamParser(this.#cursor);
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#abort !== abort) {
        return;
      }
      this.#sign();
      for (const item of parser.read(value)) {
        this.#take(item);
        if (this.#abort !== abort) {
          return;
        }
      }
    }
  }

  #take(item: StreamItem): void {
    switch (item.type) {
      case 'retry':
        this.#retry = item.milliseconds;
        return;
      case 'comment': {
        const stated = /^heartbeat\s+([0-9]+(?:\.[0-9]+)?)$/.exec(item.text);
        if (stated) {
          this.#heartbeat = Math.max(Number(stated[1]) * 1000, 1000);
          this.#sign();
        }
        break;
      }
      case 'cursor':
        this.#cursor = item.id;
        break;
      case 'event':
        this.#cursor = item.id;
        if (item.name === 'push.closing') {
          this.#closing = readClosing(item.data);
        }
        break;
    }
    this.#listener.received(item);
  }

  #isStream(response: Response): boolean {
    const type = response.headers.get('Content-Type') ?? '';
    return response.status === 200 && response.body !== null && /^text\/event-stream\s*(;|$)/i.test(type);
  }

  #refused(response: Response): void {
    const { status } = response;
    if (!FinalAnswers.has(status)) {
      const stated = retryAfterDelay(response.headers.get('Retry-After'), this.#environment.now(), this.#environment.random());
      this.#failures++;
      this.#wait(status, status === 429 ? 'limit' : 'unavailable', Math.max(stated ?? 0, this.#nextDelay()));
    } else {
      // 204 is the server's way to say "stop"; the others will not be different next time.
      this.#end(status, status === 204 ? 'stopped' : 'refused');
    }
  }

  /** The open stream, or the attempt to open it, came to its end. */
  #broken(reason: string | null): void {
    const closing = this.#closing;
    if (closing && closing.retry === null) {
      this.#end(null, closing.reason);
    } else if (closing && closing.retry !== null) {
      // Already spread by the server, which knows how many are to come back.
      this.#wait(null, closing.reason, closing.retry);
    } else {
      const wasOpen = this.#state === 'open';
      const delay = this.#nextDelay();
      if (!wasOpen) {
        this.#failures++;
      }
      this.#wait(null, reason, delay);
    }
  }

  #nextDelay(): number {
    return reconnectDelay(this.#failures, this.#retry, this.#environment.random());
  }

  #wait(status: number | null, reason: string | null, delay: number): void {
    this.#clear();
    this.#state = 'waiting';
    this.#timer = this.#environment.setTimeout(() => {
      this.#timer = null;
      void this.#attempt();
    }, delay);
    this.#listener.failed({ status, reason, retryIn: delay });
  }

  #end(status: number | null, reason: string | null): void {
    this.#clear();
    this.#state = 'closed';
    this.#listener.failed({ status, reason, retryIn: null });
  }

  /** Cuts the current attempt short and counts it as broken. */
  #break(reason: string): void {
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
    this.#broken(reason);
  }

  #clear(): void {
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
    this.#environment.clearTimeout(this.#timer);
    this.#environment.clearTimeout(this.#watchdog);
    this.#timer = null;
    this.#watchdog = null;
  }

  /** Something came: the network is alive. Two missed heartbeats in a row mean that it is not, whatever the browser believes. */
  #sign(): void {
    this.#lastSign = this.#environment.now();
    this.#environment.clearTimeout(this.#watchdog);
    this.#watchdog = this.#environment.setTimeout(() => this.#break('silence'), this.#heartbeat * 2);
  }
}

function readClosing(data: string): { reason: string; retry: number | null } {
  try {
    const { reason, retry } = JSON.parse(data) as { reason?: unknown; retry?: unknown };
    return { reason: typeof reason === 'string' ? reason : 'closed', retry: typeof retry === 'number' && retry >= 0 ? retry : null };
  } catch {
    // A server that says it closes, in words that we do not know: come back as after any other end.
    return { reason: 'closed', retry: DefaultRetry };
  }
}
