import type { TabEnvironment } from '../src/push/SharedConnection';
import type { StreamItem } from '../src/push/parser';
import type { ConnectionListener, Environment, Failure } from '../src/push/StreamConnection';

/** Lets everything run that waits for nothing but a promise. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
}

/** Time that moves when the test says so. */
export class Clock {
  #now = 0;
  #timers = new Map<number, { at: number; action: () => void }>();
  #next = 1;

  readonly now = (): number => this.#now;

  readonly setTimeout = (action: () => void, milliseconds: number): number => {
    this.#timers.set(this.#next, { at: this.#now + milliseconds, action });
    return this.#next++;
  };

  readonly clearTimeout = (handle: unknown): void => {
    this.#timers.delete(handle as number);
  };

  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const due = [...this.#timers.entries()].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.#now = due[1].at;
      this.#timers.delete(due[0]);
      due[1].action();
    }
    this.#now = end;
    await settle();
  }
}

/** A server of one channel: a log of events, and connections that resume by position. */
export class Server {
  readonly connections = new Set<Connection>();
  readonly requests: string[] = [];
  #log: string[] = [];

  /** What the next requests are answered with instead of a stream. */
  readonly answers: (Response | Error)[] = [];

  readonly fetch = (_url: string, init: RequestInit): Promise<Response> => {
    const cursor = (init.headers as Record<string, string>)['Last-Event-ID'] ?? '';
    this.requests.push(cursor);
    const answer = this.answers.shift();
    if (answer) {
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }
    const connection = new Connection(init.signal!, (gone) => this.connections.delete(gone));
    this.connections.add(connection);
    const from = cursor === '' ? this.#log.length : Number(cursor);
    connection.send(`retry: 2000\n: heartbeat 15\n\nid: ${from}\n\n`);
    this.#log.slice(from).forEach((data, index) => connection.send(frame(from + index + 1, data)));
    return Promise.resolve(connection.response);
  };

  publish(data: string): void {
    this.#log.push(data);
    for (const connection of this.connections) {
      connection.send(frame(this.#log.length, data));
    }
  }

  publishEphemeral(data: string): void {
    this.send(`event: progress\ndata: ${data}\n\n`);
  }

  send(text: string): void {
    for (const connection of this.connections) {
      connection.send(text);
    }
  }

  cutAll(): void {
    for (const connection of [...this.connections]) {
      connection.end();
    }
  }
}

function frame(position: number, data: string): string {
  return `event: item\ndata: ${data}\nid: ${position}\n\n`;
}

class Connection {
  readonly response: Response;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly #leave: (connection: Connection) => void;
  #isOpen = true;

  constructor(signal: AbortSignal, leave: (connection: Connection) => void) {
    this.#leave = leave;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.#controller = controller) });
    this.response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
    signal.addEventListener('abort', () => {
      if (this.#isOpen) {
        this.#isOpen = false;
        leave(this);
        this.#controller.error(new DOMException('aborted', 'AbortError'));
      }
    });
  }

  send(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#isOpen = false;
    this.#leave(this);
    this.#controller.close();
  }
}

/** Writes down what a connection tells its owner. */
export class Recorder implements ConnectionListener {
  readonly data: string[] = [];
  readonly failures: Failure[] = [];
  opens = 0;

  opened(): void {
    this.opens++;
  }

  received(item: StreamItem): void {
    if (item.type === 'event') {
      this.data.push(item.data);
    }
  }

  failed(failure: Failure): void {
    this.failures.push(failure);
  }
}

/** The tabs of one browser: their common locks and channels. A frozen tab neither hears, nor speaks, nor lets go of what it holds. */
export class Browser {
  readonly #channels = new Set<Channel>();
  #holder: Hold | null = null;
  #queue: Hold[] = [];

  tab(clock: Clock, server: Server): Tab {
    const tab = { isFrozen: false };
    const alive =
      <A extends unknown[]>(action: (...parameters: A) => void) =>
      (...parameters: A): void => {
        if (!tab.isFrozen) {
          action(...parameters);
        }
      };
    const environment: Environment = {
      fetch: server.fetch,
      now: clock.now,
      random: () => 0.5,
      setTimeout: (action, milliseconds) => clock.setTimeout(alive(action), milliseconds),
      clearTimeout: clock.clearTimeout,
    };
    const tabs: TabEnvironment = {
      openChannel: () => {
        const channel = new Channel(this.#channels, tab);
        this.#channels.add(channel);
        return channel as unknown as BroadcastChannel;
      },
      locks: { request: (_name: string, options: LockOptions, work: () => Promise<void> | undefined) => this.#request(options, work) } as unknown as LockManager,
    };
    return Object.assign(tab, { environment, tabs });
  }

  #request(options: LockOptions, work: () => Promise<void> | undefined): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const hold: Hold = { work, resolve, reject };
      options.signal?.addEventListener('abort', () => {
        this.#queue = this.#queue.filter((other) => other !== hold);
        reject(new DOMException('aborted', 'AbortError'));
      });
      if (options.steal) {
        const previous = this.#holder;
        this.#grant(hold);
        previous?.reject(new DOMException('stolen', 'AbortError'));
      } else {
        this.#queue.push(hold);
        this.#next();
      }
    });
  }

  #next(): void {
    if (!this.#holder && this.#queue.length > 0) {
      this.#grant(this.#queue.shift()!);
    }
  }

  #grant(hold: Hold): void {
    this.#holder = hold;
    void Promise.resolve()
      .then(hold.work)
      .then(() => {
        if (this.#holder === hold) {
          this.#holder = null;
          this.#next();
        }
        hold.resolve();
      });
  }
}

export interface Tab {
  isFrozen: boolean;
  readonly environment: Environment;
  readonly tabs: TabEnvironment;
}

interface Hold {
  readonly work: () => Promise<void> | undefined;
  resolve(): void;
  reject(reason: unknown): void;
}

class Channel {
  onmessage: ((message: { data: unknown }) => void) | null = null;
  readonly #all: Set<Channel>;
  readonly #tab: { isFrozen: boolean };

  constructor(all: Set<Channel>, tab: { isFrozen: boolean }) {
    this.#all = all;
    this.#tab = tab;
  }

  postMessage(data: unknown): void {
    if (this.#tab.isFrozen) {
      return;
    }
    const copy = structuredClone(data);
    for (const other of this.#all) {
      if (other !== this) {
        queueMicrotask(() => {
          if (this.#all.has(other) && !other.#tab.isFrozen) {
            other.onmessage?.({ data: copy });
          }
        });
      }
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}
