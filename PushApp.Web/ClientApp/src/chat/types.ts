/** docs/events.md, "A message". */
export interface Message {
  readonly id: string;
  readonly conversation: string;
  readonly author: string;
  readonly text: string;
  readonly time: string;
  readonly clientId: string;
}

/** An entry of the user's list. */
export interface Conversation {
  /** The channel: `room:{name}` or `dm:{a}:{b}`. */
  readonly id: string;
  readonly kind: 'room' | 'direct';
  /** The room's name, or the other user's. */
  readonly title: string;
  readonly unread: number;
  readonly last: Message | null;
}

/** A part of a conversation's log, oldest first. */
export interface Page {
  readonly messages: readonly Message[];
  readonly head: string;
  /** Before which position there is more. */
  readonly earlier: string | null;
  /** False where what was asked for is not in the log any more, so that something before these is missing. */
  readonly isWhole: boolean;
}

export interface Opened {
  readonly conversation: Conversation;
  readonly page: Page;
}

/** A message of this page that the server has not taken yet, or whose place in the conversation is not known yet. */
export interface Pending {
  readonly clientId: string;
  readonly conversation: string;
  readonly text: string;
  readonly time: string;
  /** `sent`: the server has it, and it will come as everybody gets it. */
  readonly state: 'sending' | 'sent' | 'failed';
  readonly error: string | null;
}

/** A refusal of the server, told as a person would want to hear it. */
export class ChatError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The connection as the chat needs it: the official client's socket, or a test's. */
export interface ChatSocket {
  readonly connected: boolean;
  /** Whether the last `connect` brought back rooms and missed events. */
  readonly recovered: boolean;
  on(event: string, handle: (data: never) => void): void;
  /** Sends an event and waits for the acknowledgement. Rejects by a `ChatError` where the server refuses, by another error where no answer came. */
  ask<T>(event: string, ...args: unknown[]): Promise<T>;
}
