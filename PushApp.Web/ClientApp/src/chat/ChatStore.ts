import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { Outbox } from './outbox';
import { emptyThread, withEarlier, withLive, withNewest, type Thread } from './thread';
import { ChatError, type ChatSocket, type Conversation, type Message, type Opened, type Page, type Pending } from './types';
import { Typing } from './typing';

const PatienceForConnection = 8_000;

/** What a conversation may hold here; the server keeps as many messages of each. What has become longer is read anew from its end. */
const MaxMessages = 1_000;
const RememberedCounts = 1_000;

export interface ChatEnvironment {
  now(): number;
  setTimeout(action: () => void, milliseconds: number): void;
  newId(): string;
}

/**
 * The chat as the page knows it. Everything that arrives goes in here once, whichever way it comes: live, recovered after a loss, or read from the log.
 */
export class ChatStore {
  readonly me: string;
  /** What was written and not sent, by conversation. */
  readonly drafts = new Map<string, string>();
  readonly #socket: ChatSocket;
  readonly #environment: ChatEnvironment;
  readonly #typing: Typing;
  readonly #outbox: Outbox;

  readonly #conversations = signal<readonly Conversation[] | null>(null);
  readonly #threads = signal<ReadonlyMap<string, Thread>>(new Map());
  readonly #isReady = signal(false);
  readonly #error = signal<string | null>(null);

  /** Counts connections, so that an answer of an earlier one is known for what it is. */
  #epoch = 0;
  /** Whether everything that came since was heard, so that a recovered connection needs nothing more. */
  #isInStep = false;
  /** Live messages that came while the list was asked for, which may not know of them yet. */
  #early: Message[] = [];
  #isListing = true;
  /** The last message of each conversation when the list was read: what is not newer is in the list's counts. */
  #listed = new Map<string, string>();
  /** Counted since, the latest last. */
  readonly #counted = new Set<string>();
  /** Conversations that were opened while the list was asked for, which may not have them yet. */
  #openedMeanwhile: Conversation[] = [];
  readonly #loading = new Set<string>();
  readonly #markedRead = new Map<string, string>();
  #shown: string | null = null;

  /** Whether there are messages that the server has not taken yet: they are here alone. */
  readonly hasUnsent = computed(() => this.#outbox.pending.value.some(({ state }) => state === 'sending'));

  readonly totalUnread = computed(() => (this.#conversations.value ?? []).reduce((sum, { unread }) => sum + unread, 0));

  constructor(me: string, socket: ChatSocket, environment: ChatEnvironment) {
    this.me = me;
    this.#socket = socket;
    this.#environment = environment;
    this.#typing = new Typing(
      () => environment.now(),
      (action, milliseconds) => environment.setTimeout(action, milliseconds),
    );
    this.#outbox = new Outbox({
      send: ({ conversation, clientId, text }) => socket.ask<Message>('send', conversation, clientId, text),
      isReady: () => this.#isReady.value,
      rejoin: async (conversation) => void (await this.#open(conversation)),
      newId: () => environment.newId(),
      setTimeout: (action, milliseconds) => environment.setTimeout(action, milliseconds),
    });
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', () => this.#disconnected());
    socket.on('chat.message', (message: Message) => this.#received(message));
    socket.on('chat.typing', ({ conversation, userName }: { conversation: string; userName: string }) => {
      if (!this.isMe(userName)) {
        this.#typing.heard(conversation, userName);
      }
    });
    socket.on('chat.added', ({ conversation }: { conversation: string }) => void this.#added(conversation));
    socket.on('chat.removed', ({ conversation }: { conversation: string }) => this.#removed(conversation));
    socket.on('chat.read', ({ conversation, messageId }: { conversation: string; messageId: string }) => this.#readElsewhere(conversation, messageId));
    // What was missed cannot be told one by one: read the logs.
    socket.on('push.reset', () => void this.#synchronize());
    if (socket.connected) {
      this.#connected();
    }
  }

  /** The list, the newest first; null until it is known. */
  readonly conversations: ReadonlySignal<readonly Conversation[] | null> = computed(() => {
    const all = this.#conversations.value;
    return all && [...all].sort((a, b) => (b.last?.time ?? '').localeCompare(a.last?.time ?? ''));
  });

  /** Whether the list and the shown conversations are up to date and messages go out. */
  get isReady(): ReadonlySignal<boolean> {
    return this.#isReady;
  }

  /** Why the list could not be loaded. */
  get error(): ReadonlySignal<string | null> {
    return this.#error;
  }

  isMe(userName: string): boolean {
    return userName.toLowerCase() === this.me.toLowerCase();
  }

  thread(conversation: string): Thread | null {
    return this.#threads.value.get(conversation) ?? null;
  }

  /** This page's messages to a conversation that are not in its thread yet. */
  pending(conversation: string): readonly Pending[] {
    return this.#outbox.pending.value.filter((pending) => pending.conversation === conversation);
  }

  /** Who is typing in a conversation. */
  typing(conversation: string): readonly string[] {
    return this.#typing.signs.value.filter((sign) => sign.conversation === conversation).map(({ userName }) => userName);
  }

  async join(room: string): Promise<string> {
    await this.#ready();
    return this.#take(await this.#socket.ask<Opened>('join', room));
  }

  async direct(userName: string): Promise<string> {
    await this.#ready();
    return this.#take(await this.#socket.ask<Opened>('direct', userName));
  }

  async leave(conversation: string): Promise<void> {
    await this.#socket.ask('leave', conversation);
    this.#removed(conversation);
  }

  /** Which conversation is looked at; null for none. Its messages are loaded. */
  show(conversation: string | null): void {
    this.#shown = conversation;
    if (conversation !== null && this.#isReady.value && this.#find(conversation) && this.thread(conversation)?.head == null) {
      this.#load(conversation).catch(() => this.#environment.setTimeout(() => this.#shown === conversation && this.show(conversation), 3_000));
    }
  }

  async loadEarlier(conversation: string): Promise<void> {
    const thread = this.thread(conversation);
    if (thread?.earlier == null || this.#loading.has(conversation)) {
      return;
    }
    this.#loading.add(conversation);
    try {
      const page = await this.#socket.ask<Page>('history', conversation, { before: thread.earlier });
      const now = this.thread(conversation);
      if (now && now.earlier === thread.earlier) {
        this.#setThread(conversation, withEarlier(now, page));
      }
    } finally {
      this.#loading.delete(conversation);
    }
  }

  send(conversation: string, text: string): void {
    const trimmed = text.trim();
    if (trimmed !== '') {
      this.#typing.sent();
      this.#outbox.add(conversation, trimmed);
    }
  }

  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  discard(clientId: string): void {
    this.#outbox.remove(clientId);
  }

  /** The user types something here. */
  type(conversation: string): void {
    if (this.#isReady.value && this.#typing.shouldTell(conversation)) {
      this.#socket.ask('typing', conversation).catch(() => undefined);
    }
  }

  /** The user sees the newest message. */
  read(conversation: string): void {
    this.#change(conversation, (entry) => (entry.unread === 0 ? entry : { ...entry, unread: 0 }));
    const thread = this.thread(conversation);
    const newest = thread?.messages.at(-1);
    if (!thread || !newest || !this.#isReady.value) {
      return;
    }
    if (this.#markedRead.get(conversation) !== newest.id) {
      this.#markedRead.set(conversation, newest.id);
      this.#socket.ask('read', conversation, newest.id).catch(() => this.#markedRead.delete(conversation));
    }
    if (thread.messages.length > MaxMessages) {
      void this.#shorten(conversation, thread);
    }
  }

  /** The user has signed out, and the connection is closed. */
  close(): void {
    this.#epoch++;
    this.#isReady.value = false;
  }

  /** Tries again after an error. */
  reload(): void {
    void this.#synchronize();
  }

  /** Waits a little for a connection that is being opened, so that who is quick is not refused. */
  #ready(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#isReady.value) {
        resolve();
        return;
      }
      const stop = this.#isReady.subscribe((isReady) => isReady && resolve());
      // Without one, what is asked for next fails with the reason.
      this.#environment.setTimeout(resolve, PatienceForConnection);
      this.#environment.setTimeout(stop, PatienceForConnection);
    });
  }

  #connected(): void {
    this.#epoch++;
    if (this.#socket.recovered && this.#isInStep) {
      this.#becomeReady();
    } else {
      void this.#synchronize();
    }
  }

  #becomeReady(): void {
    this.#isReady.value = true;
    this.#outbox.flush();
    // What was opened while nothing could be asked.
    this.show(this.#shown);
  }

  #disconnected(): void {
    this.#epoch++;
    this.#isReady.value = false;
  }

  /** Joins everything on the list again, and reads what the logs have beyond what is known. */
  async #synchronize(): Promise<void> {
    const epoch = ++this.#epoch;
    this.#isInStep = false;
    this.#isReady.value = false;
    this.#openedMeanwhile = [];
    // What came before is in the logs by now, which the answer is read from.
    this.#early = [];
    this.#isListing = true;
    try {
      const list = await this.#socket.ask<readonly Conversation[]>('conversations');
      if (epoch !== this.#epoch) {
        return;
      }
      const isListed = new Set(list.map(({ id }) => id));
      this.#conversations.value = [...list, ...this.#openedMeanwhile.filter(({ id }) => !isListed.has(id))];
      this.#listed = new Map(this.#conversations.value.flatMap(({ id, last }) => (last === null ? [] : [[id, last.id] as const])));
      this.#counted.clear();
      this.#early.forEach((message) => this.#count(message));
      this.#early = [];
      this.#isListing = false;
      const known = [...this.#threads.value.keys()];
      for (const gone of known.filter((id) => !this.#find(id))) {
        this.#forget(gone);
      }
      const wanted = known.filter((id) => this.#find(id));
      if (this.#shown !== null && this.#find(this.#shown) && !wanted.includes(this.#shown)) {
        wanted.push(this.#shown);
      }
      await Promise.all(wanted.map((conversation) => this.#load(conversation)));
      if (epoch !== this.#epoch) {
        return;
      }
      this.#error.value = null;
      this.#isInStep = true;
      this.#becomeReady();
    } catch (error) {
      if (epoch !== this.#epoch) {
        return;
      }
      this.#error.value = error instanceof ChatError ? error.message : null;
      // Where the connection broke, the next one comes here again; else the server could not answer just now.
      this.#environment.setTimeout(() => {
        if (epoch === this.#epoch && this.#socket.connected) {
          void this.#synchronize();
        }
      }, 3_000);
    }
  }

  async #load(conversation: string): Promise<void> {
    const asked = this.thread(conversation) ?? emptyThread;
    this.#setThread(conversation, asked);
    const page = await this.#socket.ask<Page>('history', conversation, asked.head === null ? {} : { after: asked.head });
    const now = this.thread(conversation);
    if (now) {
      this.#setThread(conversation, withNewest(asked, now, page));
    }
  }

  async #open(conversation: string): Promise<string> {
    return this.#take(await this.#socket.ask<Opened>('open', conversation));
  }

  #take({ conversation, page }: Opened): string {
    const others = (this.#conversations.value ?? []).filter(({ id }) => id !== conversation.id);
    this.#conversations.value = [conversation, ...others];
    if (conversation.last !== null) {
      this.#listed.set(conversation.id, conversation.last.id);
    }
    this.#openedMeanwhile.push(conversation);
    const now = this.thread(conversation.id) ?? emptyThread;
    if (now.head === null) {
      this.#setThread(conversation.id, withNewest(emptyThread, now, page));
    }
    return conversation.id;
  }

  async #added(conversation: string): Promise<void> {
    if (!this.#find(conversation)) {
      await this.#open(conversation).catch(() => undefined);
    }
  }

  #removed(conversation: string): void {
    this.#openedMeanwhile = this.#openedMeanwhile.filter(({ id }) => id !== conversation);
    this.#conversations.value = this.#conversations.value?.filter(({ id }) => id !== conversation) ?? null;
    this.#forget(conversation);
  }

  #forget(conversation: string): void {
    this.#outbox.removeAll(conversation);
    this.#markedRead.delete(conversation);
    this.#listed.delete(conversation);
    this.#dropThread(conversation);
  }

  #dropThread(conversation: string): void {
    const threads = new Map(this.#threads.value);
    threads.delete(conversation);
    this.#threads.value = threads;
  }

  /** Keeps of a long conversation, whose end is looked at, the newest page. */
  async #shorten(conversation: string, long: Thread): Promise<void> {
    if (this.#loading.has(conversation)) {
      return;
    }
    this.#loading.add(conversation);
    try {
      const page = await this.#socket.ask<Page>('history', conversation, {});
      const now = this.thread(conversation);
      if (now && now.head === long.head && now.messages[0] === long.messages[0]) {
        this.#setThread(conversation, withNewest({ ...long, head: null }, now, page));
      }
    } catch {
      // It stays as long as it is until the next message is read.
    } finally {
      this.#loading.delete(conversation);
    }
  }

  #received(message: Message): void {
    const thread = this.thread(message.conversation);
    if (thread && thread.messages.length >= MaxMessages && message.conversation !== this.#shown) {
      // Nobody looks at it: it is read again when somebody does.
      this.#dropThread(message.conversation);
    } else if (thread) {
      this.#setThread(message.conversation, withLive(thread, message));
    }
    this.#typing.stopped(message.conversation, message.author);
    if (this.#isListing) {
      this.#early.push(message);
    }
    this.#count(message);
  }

  /**
   * Brings the list's entry up to a message, once. Ids grow with time, so that what the list had counted is known by its last one; among those that came live since,
   * they say nothing of the order, as nodes' clocks differ: messages come in the order of the log.
   */
  #count(message: Message): void {
    if (this.#counted.has(message.id) || message.id <= (this.#listed.get(message.conversation) ?? '')) {
      return;
    }
    this.#counted.add(message.id);
    if (this.#counted.size > RememberedCounts) {
      // A set keeps the order of insertion: the first is the oldest.
      this.#counted.delete(this.#counted.values().next().value!);
    }
    this.#change(message.conversation, (entry) => ({ ...entry, last: message, unread: this.isMe(message.author) ? entry.unread : entry.unread + 1 }));
  }

  #readElsewhere(conversation: string, messageId: string): void {
    this.#change(conversation, (entry) => (entry.last && entry.last.id <= messageId ? { ...entry, unread: 0 } : entry));
  }

  #find(conversation: string): Conversation | undefined {
    return this.#conversations.value?.find(({ id }) => id === conversation);
  }

  #change(conversation: string, change: (entry: Conversation) => Conversation): void {
    const all = this.#conversations.value;
    const at = all?.findIndex(({ id }) => id === conversation) ?? -1;
    if (all && at >= 0) {
      const changed = change(all[at]!);
      if (changed !== all[at]) {
        this.#conversations.value = all.with(at, changed);
      }
    }
  }

  #setThread(conversation: string, thread: Thread): void {
    this.#threads.value = new Map(this.#threads.value).set(conversation, thread);
    // What has come needs no place among what is on its way.
    const come = new Set(thread.messages.map(({ clientId }) => clientId));
    for (const { clientId } of this.pending(conversation)) {
      if (come.has(clientId)) {
        this.#outbox.remove(clientId);
      }
    }
  }
}
