import type { Message, Page } from './types';

/** What the page holds of one conversation: a part of its log that ends with what came last. */
export interface Thread {
  readonly messages: readonly Message[];
  /** The log's end when it was last read; null before. What was read before and everything that came live after is in `messages`. */
  readonly head: string | null;
  /** Before which position there is more; null where there is not. */
  readonly earlier: string | null;
}

export const emptyThread: Thread = { messages: [], head: null, earlier: null };

/** Takes in a message that came live. What is known already (from the log, or a repetition) changes nothing. */
export function withLive(thread: Thread, message: Message): Thread {
  return thread.messages.some(({ id }) => id === message.id) ? thread : { ...thread, messages: [...thread.messages, message] };
}

/**
 * Takes in what the log has after `asked.head`, or its newest where that was null.
 *
 * The log's order counts. Live messages come in that order too, and the page was read to the log's end, so whatever came live and is not in it comes after it.
 *
 * @param asked The thread as it was when the log was asked.
 * @param now The thread as it is now: the same, with what came live meanwhile at its end.
 */
export function withNewest(asked: Thread, now: Thread, page: Page): Thread {
  const read = new Set(page.messages.map(({ id }) => id));
  const isNew = ({ id }: Message) => !read.has(id);
  const meanwhile = now.messages.slice(asked.messages.length).filter(isNew);
  if (asked.head === null || !page.isWhole) {
    // What was held before does not join on to it.
    return { messages: [...page.messages, ...meanwhile], head: page.head, earlier: page.earlier };
  }
  return { messages: [...asked.messages.filter(isNew), ...page.messages, ...meanwhile], head: page.head, earlier: asked.earlier };
}

/** Takes in what the log has before `thread.earlier`. */
export function withEarlier(thread: Thread, page: Page): Thread {
  const held = new Set(thread.messages.map(({ id }) => id));
  return { ...thread, messages: [...page.messages.filter(({ id }) => !held.has(id)), ...thread.messages], earlier: page.earlier };
}
