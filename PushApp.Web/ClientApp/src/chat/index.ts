import { newId } from '../newId';
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Socket } from 'socket.io-client';
import { userName } from '../state/session';
import { eventContext } from '../socket/eventContext';
import { socketOf } from '../socket/manager';
import { show } from '../telemetry/shown';
import { ChatStore } from './ChatStore';
import { ChatError, type ChatSocket } from './types';

/** How long an answer is waited for; a broker that is away lets the server wait, too. */
const AnswerWithin = 20_000;

const store = signal<ChatStore | null>(null);

/** The chat of the user who is signed in; null before it was first looked at. */
export const chat: ReadonlySignal<ChatStore | null> = store;

/** Opens the chat. From then on, until the user signs out, this page hears of it. */
export function enterChat(): ChatStore {
  const me = userName.value!;
  store.value ??= new ChatStore(me, asChatSocket(socketOf('/chat')), {
    now: () => Date.now(),
    setTimeout: (action, milliseconds) => void setTimeout(action, milliseconds),
    newId,
  });
  return store.value;
}

// The sockets are closed at sign-out.
effect(() => {
  if (userName.value === null) {
    store.peek()?.close();
    store.value = null;
  }
});

function asChatSocket(socket: Socket): ChatSocket {
  return {
    get connected() {
      return socket.connected;
    },
    get recovered() {
      return socket.recovered;
    },
    on: (event, handle) =>
      void socket.on(event, (data: unknown, ...more: unknown[]) =>
        show({ name: event, ...eventContext(more), transport: 'socketio', connection: socket.id ?? null }, () => (handle as (data: unknown) => void)(data)),
      ),
    ask: async <T>(event: string, ...args: unknown[]) => {
      if (!socket.connected) {
        // The client would keep it and send it first of all at the next connection, before the conversations are joined.
        throw new Error('There is no connection to the chat just now. Try again in a moment.');
      }
      const answer: unknown = await socket.timeout(AnswerWithin).emitWithAck(event, ...args);
      if (isRefusal(answer)) {
        throw new ChatError(answer.error.name, answer.error.message);
      }
      return answer as T;
    },
  };
}

function isRefusal(answer: unknown): answer is { readonly error: { readonly name: string; readonly message: string } } {
  return typeof answer === 'object' && answer !== null && 'error' in answer && typeof answer.error === 'object' && answer.error !== null;
}
