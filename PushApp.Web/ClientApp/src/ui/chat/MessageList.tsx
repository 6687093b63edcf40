import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatStore } from '../../chat/ChatStore';
import type { Conversation, Pending } from '../../chat/types';
import { now } from '../../state/now';
import { showError } from '../../state/toasts';
import { count, initials, tintOf } from '../format';
import { Icon } from '../Icon';
import { findFirstUnread, rowsOf, type Row } from './groups';
import { formatDay, formatTime, formatWhole } from './times';

/** Nearer to the end than this, in pixels, one is at the end. */
const AtEnd = 48;

export function MessageList({ store, conversation }: { store: ChatStore; conversation: Conversation }) {
  const { id, title } = conversation;
  const thread = store.thread(id);
  const messages = thread?.messages ?? [];
  const pending = store.pending(id);
  const isLoaded = thread?.head != null;
  const list = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const shape = useRef<{ first: string | undefined; last: string | undefined; pending: number; height: number }>({ first: undefined, last: undefined, pending: 0, height: 0 });
  const [missed, setMissed] = useState(0);
  const [isLoadingEarlier, setLoadingEarlier] = useState(false);

  // As it was when the conversation was opened: reading it does not take the line away.
  const unreadAtOpening = useRef(conversation.unread);
  const firstNew = useRef<string | null | undefined>(undefined);
  if (firstNew.current === undefined && isLoaded) {
    firstNew.current = findFirstUnread(messages, unreadAtOpening.current, (author) => store.isMe(author));
  }

  function toEnd(): void {
    const element = list.current!;
    element.scrollTop = element.scrollHeight;
    isAtEnd.current = true;
    setMissed(0);
    markRead();
  }

  function markRead(): void {
    if (isAtEnd.current && document.visibilityState === 'visible' && document.hasFocus()) {
      store.read(id);
    }
  }

  // Before it is painted, so that nothing jumps: what is read stays where it is when older messages come above it; who is at the end stays there.
  useLayoutEffect(() => {
    const element = list.current!;
    const was = shape.current;
    const first = messages[0]?.id;
    const last = messages.at(-1)?.id;
    const height = element.scrollHeight;
    if (pending.length > was.pending) {
      toEnd();
    } else if (was.first !== undefined && first !== was.first && messages.some((message) => message.id === was.first)) {
      element.scrollTop += height - was.height;
    } else if (isAtEnd.current) {
      toEnd();
    } else if (last !== was.last) {
      const at = messages.findIndex((message) => message.id === was.last);
      setMissed((before) => before + (at < 0 ? 0 : messages.slice(at + 1).filter((message) => !store.isMe(message.author)).length));
    }
    shape.current = { first, last, pending: pending.length, height };
  }, [messages, pending.length, isLoaded]);

  // What was looked at while the server could not be told.
  const isReady = store.isReady.value;
  useEffect(() => {
    if (isReady) {
      markRead();
    }
  }, [isReady]);

  // The keyboard of a phone, a longer draft, a narrower window.
  useEffect(() => {
    const element = list.current!;
    const watcher = new ResizeObserver(() => {
      if (isAtEnd.current) {
        element.scrollTop = element.scrollHeight;
      }
      shape.current = { ...shape.current, height: element.scrollHeight };
    });
    watcher.observe(element);
    watcher.observe(inner.current!);
    const onLook = () => markRead();
    document.addEventListener('visibilitychange', onLook);
    window.addEventListener('focus', onLook);
    return () => {
      watcher.disconnect();
      document.removeEventListener('visibilitychange', onLook);
      window.removeEventListener('focus', onLook);
    };
  }, []);

  async function loadEarlier(): Promise<void> {
    setLoadingEarlier(true);
    try {
      await store.loadEarlier(id);
    } catch (error) {
      showError(error, 'Earlier messages were not loaded');
    } finally {
      setLoadingEarlier(false);
    }
  }

  return (
    <div class="chat-messages">
      <div
        ref={list}
        class="chat-scroll"
        role="log"
        aria-label={`Messages in ${title}`}
        aria-busy={!isLoaded || isLoadingEarlier}
        tabIndex={0}
        onScroll={(event) => {
          const element = event.currentTarget;
          isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < AtEnd;
          if (isAtEnd.current) {
            setMissed(0);
            markRead();
          }
        }}
      >
        <div ref={inner} class="chat-scroll-inner">
          {thread?.earlier != null && (
            <button type="button" class="button chat-earlier" disabled={isLoadingEarlier} onClick={() => void loadEarlier()}>
              {isLoadingEarlier ? 'Loading…' : 'Load earlier messages'}
            </button>
          )}
          {isLoaded && messages.length === 0 && pending.length === 0 && <p class="chat-beginning">Nothing was said here yet. Write the first message.</p>}
          {rowsOf(messages, firstNew.current ?? null).map((row) => (
            <RowView key={row.key} row={row} isOwn={row.kind === 'group' && store.isMe(row.author)} />
          ))}
          {pending.map((item) => (
            <PendingView key={item.clientId} store={store} pending={item} isReady={isReady} />
          ))}
        </div>
      </div>
      {!isReady && isLoaded && (
        <p class="chat-notice" role="status">
          Reconnecting… What you send goes out as soon as the connection is back.
        </p>
      )}
      {missed > 0 && (
        <button type="button" class="button chat-to-end" onClick={toEnd}>
          <Icon name="arrowDown" size={16} />
          {count(missed, 'new message')}
        </button>
      )}
    </div>
  );
}

function RowView({ row, isOwn }: { row: Row; isOwn: boolean }) {
  switch (row.kind) {
    case 'day':
      return (
        <p class="chat-line">
          <span>{formatDay(row.time, new Date(now.value))}</span>
        </p>
      );
    case 'new':
      return (
        <p class="chat-line new">
          <span>New</span>
        </p>
      );
    case 'group':
      return (
        <div class={isOwn ? 'chat-group own' : 'chat-group'}>
          {!isOwn && (
            <span class={`avatar small tint-${tintOf(row.author)}`} aria-hidden="true">
              {initials(row.author)}
            </span>
          )}
          <div class="chat-group-messages">
            <p class="chat-author">
              <span class={isOwn ? 'visually-hidden' : 'chat-author-name'}>{isOwn ? 'You' : row.author}</span> <time dateTime={row.time}>{formatTime(row.time)}</time>
            </p>
            {row.messages.map((message) => (
              <p key={message.id} class="chat-message" title={formatWhole(message.time)} data-id={message.id}>
                {message.text}
              </p>
            ))}
          </div>
        </div>
      );
  }
}

function PendingView({ store, pending, isReady }: { store: ChatStore; pending: Pending; isReady: boolean }) {
  const { clientId, text, state, error } = pending;
  return (
    <div class="chat-group own pending" data-state={state}>
      <div class="chat-group-messages">
        <p class="chat-message">{text}</p>
        {state === 'failed' ? (
          <p class="chat-failed" role="alert">
            <Icon name="cross" size={15} />
            <span>Not sent. {error}</span>
            <button type="button" class="text-button" onClick={() => store.retry(clientId)}>
              Try again
            </button>
            <button type="button" class="text-button" onClick={() => store.discard(clientId)}>
              Delete
            </button>
          </p>
        ) : (
          <p class="chat-sending">{state === 'sent' ? 'Sent' : isReady ? 'Sending…' : 'Waiting for the connection…'}</p>
        )}
      </div>
    </div>
  );
}
