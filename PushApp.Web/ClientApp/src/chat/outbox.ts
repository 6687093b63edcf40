import { signal, type ReadonlySignal } from '@preact/signals';
import { ChatError, type Message, type Pending } from './types';

/** Until a message that got no answer is sent again, in milliseconds. */
const RetryAfter = 2_000;

export interface OutboxEnvironment {
  send(pending: Pending): Promise<Message>;
  /** Whether there is a connection on which the conversations have been joined. */
  isReady(): boolean;
  /** The server says that this page is not in the conversation, though it should be. */
  rejoin(conversation: string): Promise<void>;
  newId(): string;
  setTimeout(action: () => void, milliseconds: number): void;
}

/**
 * The messages that are on their way. Each conversation's leave one after the other, so that they arrive in the order in which they were written. One that gets no answer is sent again
 * with the same id until it gets one, and the server keeps it once; one that is refused stays as failed, for its author to decide.
 */
export class Outbox {
  readonly #environment: OutboxEnvironment;
  readonly #pending = signal<readonly Pending[]>([]);
  readonly #underWay = new Set<string>();
  #isWaiting = false;

  constructor(environment: OutboxEnvironment) {
    this.#environment = environment;
  }

  get pending(): ReadonlySignal<readonly Pending[]> {
    return this.#pending;
  }

  add(conversation: string, text: string): void {
    const pending: Pending = { clientId: this.#environment.newId(), conversation, text, time: new Date().toISOString(), state: 'sending', error: null };
    this.#pending.value = [...this.#pending.value, pending];
    this.flush();
  }

  retry(clientId: string): void {
    this.#change(clientId, { state: 'sending', error: null });
    this.flush();
  }

  /** Forgets a message: it was given up, or it has come. */
  remove(clientId: string): void {
    this.#pending.value = this.#pending.value.filter((pending) => pending.clientId !== clientId);
  }

  removeAll(conversation: string): void {
    this.#pending.value = this.#pending.value.filter((pending) => pending.conversation !== conversation);
  }

  /** Sends what waits. */
  flush(): void {
    if (!this.#environment.isReady()) {
      return;
    }
    for (const pending of this.#pending.value) {
      if (pending.state === 'sending' && !this.#underWay.has(pending.conversation)) {
        this.#underWay.add(pending.conversation);
        void this.#send(pending);
      }
    }
  }

  async #send(pending: Pending): Promise<void> {
    let isAnswered = true;
    try {
      await this.#environment.send(pending);
      this.#change(pending.clientId, { state: 'sent' });
    } catch (error) {
      if (!(error instanceof ChatError) || error.code === 'unavailable') {
        isAnswered = false;
      } else if (error.code === 'not_joined') {
        isAnswered = false;
        await this.#environment.rejoin(pending.conversation).catch((failure: unknown) => {
          if (failure instanceof ChatError) {
            isAnswered = true;
            this.#change(pending.clientId, { state: 'failed', error: failure.message });
          }
        });
      } else {
        this.#change(pending.clientId, { state: 'failed', error: error.message });
      }
    }
    this.#underWay.delete(pending.conversation);
    if (isAnswered) {
      this.flush();
    } else if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#environment.setTimeout(() => {
        this.#isWaiting = false;
        this.flush();
      }, RetryAfter);
    }
  }

  #change(clientId: string, change: Partial<Pending>): void {
    this.#pending.value = this.#pending.value.map((pending) => (pending.clientId === clientId ? { ...pending, ...change } : pending));
  }
}
