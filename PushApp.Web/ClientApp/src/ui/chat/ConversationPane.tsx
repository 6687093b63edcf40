import { useEffect, useRef } from 'preact/hooks';
import type { ChatStore } from '../../chat/ChatStore';
import type { Conversation } from '../../chat/types';
import { presenceOf } from '../../presence/presence';
import { now } from '../../state/now';
import { navigate } from '../../state/router';
import { showError } from '../../state/toasts';
import { formatTimeAgo } from '../format';
import { Icon } from '../Icon';
import { Composer } from './Composer';
import { ConversationMark } from './ConversationMark';
import { MessageList } from './MessageList';
import { typingLine } from './names';

export function ConversationPane({ store, conversation }: { store: ChatStore; conversation: Conversation }) {
  const composer = useRef<HTMLTextAreaElement>(null);
  const { id, kind, title } = conversation;
  // On a phone the keyboard would cover what one came to read.
  useEffect(() => {
    if (matchMedia('(min-width: 720px)').matches) {
      composer.current?.focus({ preventScroll: true });
    }
  }, []);

  const leave = () => {
    navigate('/chat');
    // Only now is the list to be seen on a phone.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.chat-entry')?.focus());
  };

  return (
    <section
      class="chat-pane"
      aria-label={kind === 'room' ? `Room ${title}` : `Conversation with ${title}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) {
          leave();
        }
      }}
    >
      <header class="chat-pane-head">
        <button type="button" class="icon-button chat-back" aria-label="Back to the list" onClick={leave}>
          <Icon name="chevronLeft" size={24} />
        </button>
        <ConversationMark conversation={conversation} />
        <div class="chat-pane-title">
          <h2>{title}</h2>
          <p class="muted">{kind === 'room' ? 'Room, open to everybody here' : <Whereabouts userName={title} />}</p>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label={kind === 'room' ? `Leave the room ${title}` : `Take the conversation with ${title} off the list`}
          title={kind === 'room' ? 'Leave the room' : 'Take off the list'}
          onClick={() => store.leave(id).then(leave, (error: unknown) => showError(error, 'You are still in it'))}
        >
          <Icon name="exit" />
        </button>
      </header>
      <MessageList store={store} conversation={conversation} />
      <p class="chat-typing">{typingLine(store.typing(id))}</p>
      <Composer store={store} conversation={conversation} field={composer} />
    </section>
  );
}

/** Whether the other is there, in words. */
function Whereabouts({ userName }: { userName: string }) {
  const { state, since } = presenceOf(userName).value;
  switch (state) {
    case 'online':
      return <>Online</>;
    case 'away':
      return <>Away</>;
    case 'offline':
      return <>{since === undefined ? 'Offline' : `Last here ${formatTimeAgo(since, now.value)}`}</>;
  }
}
