import { describe, expect, test } from 'vitest';
import { ChatStore } from '../src/chat/ChatStore';
import { emptyThread, withEarlier, withLive, withNewest } from '../src/chat/thread';
import { ChatError, type ChatSocket, type Conversation, type Message, type Page } from '../src/chat/types';
import { findFirstUnread, rowsOf } from '../src/ui/chat/groups';
import { typingLine } from '../src/ui/chat/names';
import { daysBetween } from '../src/ui/chat/times';
import { Clock, settle } from './support';

const Room = 'room:tea';

function message(id: string, author = 'bob', clientId = id, time = '2026-01-01T10:00:00Z'): Message {
  return { id, conversation: Room, author, text: id, time, clientId };
}

function page(head: string, ids: readonly string[], earlier: string | null = null, isWhole = true): Page {
  return { messages: ids.map((id) => message(id)), head, earlier, isWhole };
}

function ids({ messages }: { readonly messages: readonly Message[] }): string[] {
  return messages.map(({ id }) => id);
}

describe('a thread', () => {
  test('takes the newest in, and what came live meanwhile behind it, once', () => {
    const now = withLive(withLive(emptyThread, message('2')), message('3'));
    const thread = withNewest(emptyThread, now, page('2', ['1', '2'], 'e'));
    expect(ids(thread)).toEqual(['1', '2', '3']);
    expect(thread).toMatchObject({ head: '2', earlier: 'e' });
  });

  test('goes on after a loss without a hole or a double, in the order of the log', () => {
    const before = withLive(withNewest(emptyThread, emptyThread, page('1', ['1'], 'e')), message('2'));
    const now = withLive(before, message('5'));
    // '2' came live after the log was read to '1', so it is in what the log has after that.
    const thread = withNewest(before, now, page('4', ['2', '3', '4']));
    expect(ids(thread)).toEqual(['1', '2', '3', '4', '5']);
    expect(thread.earlier).toBe('e');
  });

  test('begins anew where the log does not join on', () => {
    const before = withNewest(emptyThread, emptyThread, page('2', ['1', '2'], 'e'));
    const thread = withNewest(before, withLive(before, message('9')), page('8', ['7', '8'], 'f', false));
    expect(ids(thread)).toEqual(['7', '8', '9']);
    expect(thread.earlier).toBe('f');
  });

  test('grows to its beginning', () => {
    const thread = withEarlier(withNewest(emptyThread, emptyThread, page('4', ['3', '4'], '3')), page('4', ['1', '2']));
    expect(ids(thread)).toEqual(['1', '2', '3', '4']);
    expect(thread.earlier).toBeNull();
  });

  test('hears a message that is repeated once', () => {
    expect(ids(withLive(withLive(emptyThread, message('1')), message('1')))).toEqual(['1']);
  });
});

/** A server with one room, and a connection that the test breaks. */
class Server implements ChatSocket {
  connected = false;
  recovered = false;
  readonly asked: string[] = [];
  log: Message[] = [];
  readonly handlers = new Map<string, (data: never) => void>();
  /** What the next sends are answered with instead of being taken. */
  readonly failures: Error[] = [];
  /** Takes what is sent and breaks before it answers. */
  breaksAfterTaking = false;
  /** How many messages a page has at most. */
  pageSize = Infinity;
  #held: Promise<void> | null = null;
  #release: () => void = () => undefined;

  /** From here on answers are made when they are asked for, and held back until they are released. */
  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release();
    this.#held = null;
  }

  on(event: string, handle: (data: never) => void): void {
    this.handlers.set(event, handle);
  }

  tell(event: string, data?: unknown): void {
    this.handlers.get(event)!(data as never);
  }

  connect(recovered = false): Promise<void> {
    this.connected = true;
    this.recovered = recovered;
    this.tell('connect');
    return settle();
  }

  disconnect(): void {
    this.connected = false;
    this.tell('disconnect');
  }

  publish(next: Message): void {
    this.log.push(next);
    if (this.connected) {
      this.tell('chat.message', next);
    }
  }

  async ask<T>(event: string, ...args: unknown[]): Promise<T> {
    this.asked.push(event);
    await Promise.resolve();
    if (!this.connected) {
      throw new Error('no connection');
    }
    switch (event) {
      case 'conversations': {
        const list: Conversation[] = [{ id: Room, kind: 'room', title: 'tea', unread: 0, last: this.log.at(-1) ?? null }];
        await this.#held;
        return list as T;
      }
      case 'history': {
        const after = (args[1] as { after?: string } | undefined)?.after;
        const from = after === undefined ? 0 : Number(after);
        return { messages: this.log.slice(from).slice(-this.pageSize), head: `${this.log.length}`, earlier: null, isWhole: true } as T;
      }
      case 'send': {
        const failure = this.failures.shift();
        if (failure) {
          throw failure;
        }
        const [, clientId, text] = args as [string, string, string];
        if (!this.log.some((sent) => sent.clientId === clientId)) {
          const sent = { ...message(`${this.log.length}`, 'ann', clientId), text };
          if (this.breaksAfterTaking) {
            this.breaksAfterTaking = false;
            this.log.push(sent);
            this.disconnect();
            throw new Error('gone');
          }
          this.publish(sent);
        }
        return this.log.find((sent) => sent.clientId === clientId) as T;
      }
      default:
        return undefined as T;
    }
  }
}

async function open(conversation: string | null = Room) {
  const server = new Server();
  const clock = new Clock();
  let next = 0;
  const store = new ChatStore('ann', server, { now: clock.now, setTimeout: (action, milliseconds) => void clock.setTimeout(action, milliseconds), newId: () => `c${next++}` });
  await server.connect();
  store.show(conversation);
  await settle();
  const shown = () => (store.thread(Room)?.messages ?? []).map(({ text }) => text);
  return { server, clock, store, shown };
}

describe('the chat', () => {
  test('shows what is sent once, in its place', async () => {
    const { store, shown, server } = await open();
    store.send(Room, ' hello ');
    expect(store.pending(Room)).toMatchObject([{ text: 'hello', state: 'sending' }]);
    await settle();
    expect(shown()).toEqual(['hello']);
    expect(store.pending(Room)).toEqual([]);
    expect(server.asked.filter((event) => event === 'send')).toHaveLength(1);
  });

  test('keeps what is sent without a connection, and sends it in order when there is one', async () => {
    const { server, store, shown } = await open();
    server.disconnect();
    store.send(Room, 'one');
    store.send(Room, 'two');
    await settle();
    expect(store.pending(Room)).toHaveLength(2);
    await server.connect();
    await settle();
    expect(shown()).toEqual(['one', 'two']);
    expect(store.pending(Room)).toEqual([]);
  });

  test('sends again what got no answer, and it is there once', async () => {
    const { server, clock, store, shown } = await open();
    server.breaksAfterTaking = true;
    store.send(Room, 'one');
    await settle();
    expect(store.pending(Room)).toMatchObject([{ state: 'sending' }]);
    server.publish(message('m', 'bob'));
    await server.connect();
    await clock.advance(5_000);
    expect(shown()).toEqual(['one', 'm']);
    expect(store.pending(Room)).toEqual([]);
    expect(server.log).toHaveLength(2);
  });

  test('reads what it missed from the log, unless the connection brought it back', async () => {
    const { server, shown } = await open();
    server.publish(message('1'));
    server.disconnect();
    server.publish(message('2'));
    await server.connect();
    expect(shown()).toEqual(['1', '2']);

    server.disconnect();
    server.asked.length = 0;
    server.log.push(message('3'));
    await server.connect(true);
    server.tell('chat.message', message('3'));
    expect(shown()).toEqual(['1', '2', '3']);
    expect(server.asked).toEqual([]);
  });

  test('reads the log again when the server says that something is lost', async () => {
    const { server, shown } = await open();
    server.log.push(message('1'));
    server.tell('push.reset', { rooms: [Room], reason: 'lost' });
    await settle();
    expect(shown()).toEqual(['1']);
  });

  test('shows a refused message as failed, for its author to send again or give up', async () => {
    const { server, store, shown } = await open();
    server.failures.push(new ChatError('too_fast', 'Wait.'));
    store.send(Room, 'one');
    store.send(Room, 'two');
    await settle();
    expect(shown()).toEqual(['two']);
    expect(store.pending(Room)).toMatchObject([{ text: 'one', state: 'failed', error: 'Wait.' }]);
    store.retry(store.pending(Room)[0]!.clientId);
    await settle();
    expect(shown()).toEqual(['two', 'one']);
    expect(store.pending(Room)).toEqual([]);
  });

  test('waits while the broker is away', async () => {
    const { server, clock, store, shown } = await open();
    server.failures.push(new ChatError('unavailable', 'The broker is away.'));
    store.send(Room, 'one');
    await settle();
    expect(store.pending(Room)).toMatchObject([{ state: 'sending' }]);
    await clock.advance(2_000);
    expect(shown()).toEqual(['one']);
  });

  test('counts what others send until it is read', async () => {
    const { server, store } = await open();
    store.show(null);
    server.publish(message('m1'));
    server.publish(message('m2', 'ann'));
    server.publish(message('m3'));
    expect(store.totalUnread.value).toBe(2);
    store.read(Room);
    expect(store.totalUnread.value).toBe(0);
    await settle();
    expect(server.asked.at(-1)).toBe('read');
  });

  test('counts what comes while the list is asked for again', async () => {
    const { server, store } = await open();
    store.show(null);
    server.publish(message('1'));
    store.read(Room);
    server.disconnect();
    server.connected = true;
    server.recovered = false;
    server.hold();
    server.tell('connect');
    await settle();
    // Its answer was made before.
    server.publish(message('2'));
    server.release();
    await settle();
    expect(store.totalUnread.value).toBe(1);
    expect(store.conversations.value?.[0]?.last?.id).toBe('2');
  });

  test('counts each message once, whatever the clocks of its nodes', async () => {
    const { server, store } = await open();
    store.show(null);
    server.publish(message('5', 'cid'));
    server.publish(message('4', 'bob'));
    server.tell('chat.message', message('4', 'bob'));
    expect(store.totalUnread.value).toBe(2);
    expect(store.conversations.value?.[0]?.last?.id).toBe('4');
  });

  test('loads what was opened without a connection when there is one', async () => {
    const { server, store, shown } = await open(null);
    server.publish(message('1'));
    server.disconnect();
    store.show(Room);
    await settle();
    expect(shown()).toEqual([]);
    await server.connect(true);
    expect(shown()).toEqual(['1']);
  });

  test('holds no more of a conversation than the server does', async () => {
    const { server, store } = await open();
    for (let i = 0; i < 1_500; i++) {
      server.publish(message(`${i}`.padStart(5, '0')));
    }
    expect(store.thread(Room)?.messages).toHaveLength(1_500);
    server.pageSize = 50;
    store.read(Room);
    await settle();
    expect(store.thread(Room)?.messages).toHaveLength(50);
    expect(store.thread(Room)?.messages.at(-1)?.id).toBe('01499');

    store.show(null);
    for (let i = 1_500; i < 2_600; i++) {
      server.publish(message(`${i}`.padStart(5, '0')));
    }
    expect(store.thread(Room)).toBeNull();
    store.show(Room);
    await settle();
    expect(store.thread(Room)?.messages).toHaveLength(50);
  });

  test('says what would be lost with the page', async () => {
    const { server, store } = await open();
    expect(store.hasUnsent.value).toBe(false);
    server.disconnect();
    store.send(Room, 'one');
    expect(store.hasUnsent.value).toBe(true);
    await server.connect();
    await settle();
    expect(store.hasUnsent.value).toBe(false);
  });

  test('shows who types until they stop or send', async () => {
    const { server, clock, store } = await open();
    server.tell('chat.typing', { conversation: Room, userName: 'bob' });
    server.tell('chat.typing', { conversation: Room, userName: 'ANN' });
    expect(store.typing(Room)).toEqual(['bob']);
    server.publish(message('1', 'bob'));
    expect(store.typing(Room)).toEqual([]);
    server.tell('chat.typing', { conversation: Room, userName: 'cid' });
    await clock.advance(5_000);
    expect(store.typing(Room)).toEqual([]);
  });
});

describe('what is shown', () => {
  test('is grouped by author, day and the first that is new', () => {
    const rows = rowsOf(
      [
        message('1', 'ann', '1', '2026-01-01T10:00:00'),
        message('2', 'ann', '2', '2026-01-01T10:01:00'),
        message('3', 'bob', '3', '2026-01-01T10:02:00'),
        message('4', 'bob', '4', '2026-01-01T10:20:00'),
        message('5', 'bob', '5', '2026-01-02T00:01:00'),
        message('6', 'bob', '6', '2026-01-02T00:02:00'),
      ],
      '6',
    );
    expect(rows.map((row) => (row.kind === 'group' ? row.messages.map(({ id }) => id).join('+') : row.kind))).toEqual(['day', '1+2', '3', '4', 'day', '5', 'new', '6']);
  });

  test('marks the first unread message of others', () => {
    const messages = [message('1'), message('2', 'ann'), message('3'), message('4', 'ann'), message('5')];
    const isMe = (author: string) => author === 'ann';
    expect(findFirstUnread(messages, 2, isMe)).toBe('3');
    expect(findFirstUnread(messages, 0, isMe)).toBeNull();
    expect(findFirstUnread(messages, 99, isMe)).toBe('1');
  });

  test('names who types', () => {
    expect(typingLine([])).toBe('');
    expect(typingLine(['ada@example.com'])).toBe('ada is typing…');
    expect(typingLine(['ada@example.com', 'bob'])).toBe('ada and bob are typing…');
    expect(typingLine(['a', 'b', 'c'])).toBe('Several people are typing…');
  });

  test('counts the reader’s days', () => {
    expect(daysBetween(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1))).toBe(1);
    expect(daysBetween(new Date(2026, 0, 1, 0, 1), new Date(2026, 0, 1, 23, 59))).toBe(0);
  });
});
