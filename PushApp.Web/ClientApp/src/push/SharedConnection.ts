import type { StreamEvent, StreamItem } from './parser';
import { browserEnvironment, DefaultHeartbeat, StreamConnection, type ConnectionListener, type Environment, type Failure } from './StreamConnection';

type LeaderState = 'open' | 'down';

/** What the tabs of one stream say to each other. Items carry the cursor before them, so that every tab can tell whether they continue what it has. */
type TabMessage =
  | { readonly kind: 'hello' }
  | { readonly kind: 'beat'; readonly cursor: string; readonly state: LeaderState; readonly heartbeat: number; readonly status?: StreamEvent | null }
  | { readonly kind: 'opened'; readonly cursor: string; readonly heartbeat: number; readonly status?: StreamEvent | null }
  | { readonly kind: 'item'; readonly item: StreamItem; readonly before: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The two browser features that sharing rests on. */
export interface TabEnvironment {
  openChannel(name: string): BroadcastChannel;
  readonly locks: LockManager;
}

/** Null where a feature is missing: Web Locks exist only in secure contexts (https or localhost). */
export function browserTabs(): TabEnvironment | null {
  if (typeof BroadcastChannel === 'undefined' || typeof navigator === 'undefined' || !navigator.locks) {
    return null;
  }
  return { openChannel: (name) => new BroadcastChannel(name), locks: navigator.locks };
}

/** How long a new tab waits for the leader's answer before it doubts that there is one. */
const JoinTimeout = 3_000;
const RememberedCursors = 512;

/**
 * One stream for all tabs of a site: HTTP/1.1 allows a browser six connections to an origin, so seven tabs with a stream each would be a site that hangs.
 * The tab that holds the lock has the connection and passes on what comes. The lock goes to another tab when its holder closes, and is taken from a holder that has been
 * silent for two heartbeats.
 *
 * Every tab keeps the cursor of what it dispatched itself. Cursors cannot be put in an order, so a tab accepts what links to its own, ignores what it has dispatched
 * before (a new leader had not come as far), and where neither is the case, opens a connection of its own from its cursor until it is level with the leader: no tab
 * loses or doubles an event when the lead changes.
 */
export class SharedConnection {
  readonly #url: string;
  readonly #name: string;
  readonly #listener: ConnectionListener;
  readonly #tabs: TabEnvironment;
  readonly #environment: Environment;

  #mode: 'stopped' | 'joining' | 'following' | 'catching-up' | 'leading' = 'stopped';
  #cursor: string;
  #dispatched = new Set<string>();
  #channel: BroadcastChannel | null = null;
  #connection: StreamConnection | null = null;
  #lockRequest: AbortController | null = null;
  #releaseLock: (() => void) | null = null;
  #leaderCursor: string | null = null;
  #lastBeat = 0;
  #heartbeat = DefaultHeartbeat;
  /** What the stream said last of the server's broker. It says so at its beginning and at changes, and a tab may come later. */
  #status: StreamEvent | null = null;
  #timer: unknown = null;

  constructor(url: string, name: string, cursor: string, listener: ConnectionListener, tabs: TabEnvironment, environment: Environment = browserEnvironment) {
    this.#url = url;
    this.#name = `push:${name}`;
    this.#cursor = cursor;
    this.#listener = listener;
    this.#tabs = tabs;
    this.#environment = environment;
  }

  get cursor(): string {
    return this.#cursor;
  }

  /** Whether this tab has the connection; for tests and diagnosis. */
  get isLeader(): boolean {
    return this.#mode === 'leading';
  }

  start(): void {
    this.#mode = 'joining';
    this.#channel = this.#tabs.openChannel(this.#name);
    this.#channel.onmessage = (message: MessageEvent<TabMessage>) => this.#hear(message.data);
    this.#lastBeat = this.#environment.now();
    this.#queueForLead();
    this.#say({ kind: 'hello' });
    this.#watch(JoinTimeout);
  }

  stop(): void {
    this.#mode = 'stopped';
    this.#environment.clearTimeout(this.#timer);
    this.#connection?.stop();
    this.#connection = null;
    this.#channel?.close();
    this.#channel = null;
    this.#lockRequest?.abort();
    this.#lockRequest = null;
    this.#releaseLock?.();
    this.#releaseLock = null;
  }

  wake(): void {
    this.#connection?.wake();
    if (this.#mode === 'following' || this.#mode === 'joining') {
      this.#checkLeader();
    }
  }

  // ---- The lead

  #queueForLead(): void {
    const request = new AbortController();
    this.#lockRequest = request;
    this.#hold({ signal: request.signal });
  }

  #takeLead(): void {
    this.#lockRequest?.abort();
    this.#lockRequest = null;
    this.#hold({ steal: true });
  }

  #hold(options: LockOptions): void {
    let release: (() => void) | null = null;
    this.#tabs.locks
      .request(this.#name, options, () => {
        if (this.#mode === 'stopped') {
          return undefined;
        }
        this.#lockRequest = null;
        return new Promise<void>((done) => {
          release = done;
          this.#releaseLock = done;
          this.#lead();
        });
      })
      .catch(() => {
        // Aborted by ourselves, or another tab took the lock because it had not heard of us for too long.
        if (release !== null && this.#releaseLock === release) {
          this.#releaseLock = null;
          this.#followAgain();
        }
      });
  }

  #lead(): void {
    this.#mode = 'leading';
    // A connection that was to catch up is already where this tab is.
    if (!this.#connection) {
      this.#connect();
    } else if (this.#connection.state === 'open') {
      this.#say({ kind: 'opened', cursor: this.#cursor, heartbeat: this.#connection.heartbeat, status: this.#status });
    }
    this.#watch(this.#heartbeat / 2);
  }

  #followAgain(): void {
    if (this.#mode === 'stopped') {
      return;
    }
    this.#connection?.stop();
    this.#connection = null;
    this.#mode = 'joining';
    this.#lastBeat = this.#environment.now();
    this.#queueForLead();
    this.#say({ kind: 'hello' });
    this.#watch(JoinTimeout);
  }

  // ---- The own connection: as leader, or to catch up

  #connect(): void {
    this.#connection = new StreamConnection(
      this.#url,
      this.#cursor,
      {
        opened: () => {
          this.#heartbeat = this.#connection!.heartbeat;
          this.#status = null;
          this.#sayAsLeader({ kind: 'opened', cursor: this.#cursor, heartbeat: this.#heartbeat, status: null });
          this.#listener.opened();
        },
        received: (item) => {
          this.#heartbeat = this.#connection!.heartbeat;
          const before = this.#cursor;
          if (item.type === 'comment') {
            this.#beat();
          } else {
            this.#sayAsLeader({ kind: 'item', item, before });
          }
          this.#dispatch(item);
          this.#rejoinWhenLevel();
        },
        failed: (failure) => {
          this.#status = null;
          this.#sayAsLeader({ kind: 'failed', failure });
          if (failure.retryIn === null) {
            this.stop();
          }
          this.#listener.failed(failure);
        },
      },
      this.#environment,
    );
    this.#connection.start();
  }

  #catchUp(): void {
    this.#mode = 'catching-up';
    this.#connect();
  }

  #rejoinWhenLevel(): void {
    if (this.#mode === 'catching-up' && this.#connection?.state === 'open' && this.#leaderCursor === this.#cursor) {
      this.#connection.stop();
      this.#connection = null;
      this.#mode = 'following';
      this.#watch(this.#heartbeat);
    }
  }

  // ---- What others say

  #hear(message: TabMessage): void {
    if (this.#mode === 'stopped') {
      return;
    }
    if (this.#mode === 'leading') {
      if (message.kind === 'hello') {
        this.#beat();
      }
      return;
    }
    if (message.kind === 'hello') {
      return;
    }
    this.#lastBeat = this.#environment.now();
    switch (message.kind) {
      case 'opened':
      case 'beat':
        this.#heartbeat = message.heartbeat;
        this.#leaderCursor = message.cursor;
        this.#compare(message.cursor, message.kind === 'opened' || message.state === 'open');
        this.#hearStatus(message.status ?? null);
        break;
      case 'item':
        this.#hearItem(message.item, message.before);
        break;
      case 'failed':
        this.#leaderCursor = null;
        this.#status = null;
        if (message.failure.retryIn === null) {
          this.stop();
          this.#listener.failed(message.failure);
        } else if (this.#mode !== 'catching-up') {
          this.#listener.failed(message.failure);
        }
        break;
    }
  }

  #compare(leaderCursor: string, isOpen: boolean): void {
    if (this.#mode === 'catching-up') {
      this.#rejoinWhenLevel();
      return;
    }
    if (this.#mode === 'joining' && this.#cursor === '') {
      // Nothing was dispatched yet, so wherever the leader stands is the beginning.
      this.#dispatch({ type: 'cursor', id: leaderCursor });
    }
    this.#mode = 'following';
    this.#watch(this.#heartbeat);
    if (isOpen) {
      this.#listener.opened();
      if (leaderCursor !== this.#cursor && !this.#dispatched.has(leaderCursor) && leaderCursor !== '') {
        this.#catchUp();
      }
    }
  }

  #hearItem(item: StreamItem, before: string): void {
    const cursor = cursorOf(item);
    if (cursor !== null) {
      this.#leaderCursor = cursor;
    }
    if (this.#mode !== 'following') {
      this.#rejoinWhenLevel();
      return;
    }
    if (cursor === null || before === this.#cursor) {
      this.#dispatch(item);
    } else if (cursor !== this.#cursor && !this.#dispatched.has(cursor)) {
      this.#catchUp();
    }
  }

  #hearStatus(status: StreamEvent | null): void {
    // Null: the stream has said nothing of it, and so it is well; whoever heard otherwise has been told by an item since, or that the stream failed.
    if (status !== null && status.data !== this.#status?.data && this.#mode === 'following') {
      this.#dispatch(status);
    }
  }

  #dispatch(item: StreamItem): void {
    if (item.type === 'event' && item.name === 'push.status') {
      this.#status = item;
    }
    const cursor = cursorOf(item);
    if (cursor !== null) {
      this.#cursor = cursor;
      this.#dispatched.add(cursor);
      if (this.#dispatched.size > RememberedCursors) {
        // A set keeps the order of insertion: the first is the oldest.
        this.#dispatched.delete(this.#dispatched.values().next().value!);
      }
    }
    this.#listener.received(item);
  }

  // ---- Signs of life

  #watch(delay: number): void {
    this.#environment.clearTimeout(this.#timer);
    this.#timer = this.#environment.setTimeout(() => {
      if (this.#mode === 'leading') {
        // Also while the stream is down, so that the others wait for it instead of taking over in turns.
        this.#beat();
        this.#watch(this.#heartbeat / 2);
      } else {
        this.#checkLeader();
      }
    }, delay);
  }

  #checkLeader(): void {
    if (this.#mode !== 'following' && this.#mode !== 'joining') {
      return;
    }
    const limit = this.#mode === 'joining' ? JoinTimeout : this.#heartbeat * 2;
    const silence = this.#environment.now() - this.#lastBeat;
    if (silence >= limit) {
      this.#takeLead();
    } else {
      this.#watch(limit - silence);
    }
  }

  #beat(): void {
    const state = this.#connection?.state === 'open' ? 'open' : 'down';
    this.#sayAsLeader({ kind: 'beat', cursor: this.#cursor, state, heartbeat: this.#heartbeat, status: this.#status });
  }

  #sayAsLeader(message: TabMessage): void {
    if (this.#mode === 'leading') {
      this.#say(message);
    }
  }

  #say(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }
}

function cursorOf(item: StreamItem): string | null {
  return item.type === 'cursor' || (item.type === 'event' && item.movesCursor) ? item.id : null;
}
