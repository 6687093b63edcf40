import { useEffect, useState } from 'preact/hooks';
import { chat, enterChat } from '../../chat';
import type { ChatStore } from '../../chat/ChatStore';
import { conversationUrl, navigate, shownConversationId } from '../../state/router';
import { Icon } from '../Icon';
import { ConversationList } from './ConversationList';
import { ConversationPane } from './ConversationPane';
import { NewConversation, type NewKind } from './NewConversation';

/** The list on the left, a conversation on the right; on a phone one of them. */
export function ChatView() {
  useEffect(() => void enterChat(), []);
  const store = chat.value;
  return store === null ? <div class="chat" aria-busy="true" /> : <Panes store={store} />;
}

function Panes({ store }: { store: ChatStore }) {
  const [adding, setAdding] = useState<NewKind | null>(null);
  const shown = shownConversationId.value;
  const all = store.conversations.value;
  const conversation = all?.find(({ id }) => id === shown) ?? null;

  // Again when it comes on to the list: an address may name one that is not on it yet.
  const isListed = conversation !== null;
  useEffect(() => {
    store.show(shown);
    return () => store.show(null);
  }, [store, shown, isListed]);

  return (
    <div class={shown !== null ? 'chat has-conversation' : all?.length === 0 ? 'chat has-none' : 'chat'}>
      <ConversationList store={store} shown={shown} onAdd={setAdding} />
      {conversation ? (
        <ConversationPane key={conversation.id} store={store} conversation={conversation} />
      ) : (
        <section class="chat-pane" aria-label="Conversation" aria-busy={shown !== null && all === null}>
          {all !== null && (shown === null ? <Nothing isEmpty={all.length === 0} onAdd={setAdding} /> : <NotListed store={store} id={shown} />)}
        </section>
      )}
      {adding && (
        <NewConversation
          kind={adding}
          store={store}
          onClose={(opened) => {
            setAdding(null);
            if (opened !== null) {
              navigate(conversationUrl(opened));
            }
          }}
        />
      )}
    </div>
  );
}

function Nothing({ isEmpty, onAdd }: { isEmpty: boolean; onAdd: (kind: NewKind) => void }) {
  return (
    <div class="empty">
      <span class="empty-mark" aria-hidden="true">
        <Icon name="chat" size={30} />
      </span>
      <h2>{isEmpty ? 'Say hello to somebody' : 'Choose a conversation'}</h2>
      <p>{isEmpty ? 'Join a room and talk to everybody in it, or write to one person by name.' : 'Or begin a new one: in a room, or with one person.'}</p>
      <div class="chat-empty-actions">
        <button type="button" class="button primary" onClick={() => onAdd('room')}>
          <Icon name="hash" />
          Join a room
        </button>
        <button type="button" class="button" onClick={() => onAdd('direct')}>
          <Icon name="pen" />
          Write to somebody
        </button>
      </div>
    </div>
  );
}

/** An address of a conversation that is not on the list: a link that somebody passed on, or one that was left. */
function NotListed({ store, id }: { store: ChatStore; id: string }) {
  const [error, setError] = useState<string | null>(null);
  const room = id.startsWith('room:') ? roomOf(id) : null;
  return (
    <div class="empty">
      <span class="empty-mark" aria-hidden="true">
        <Icon name={room === null ? 'chat' : 'hash'} size={30} />
      </span>
      <h2>{room === null ? 'You are not in this conversation' : `You are not in “${room}”`}</h2>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
      <div class="chat-empty-actions">
        {room !== null && (
          <button
            type="button"
            class="button primary"
            onClick={() => {
              setError(null);
              store.join(room).then(
                (joined) => navigate(conversationUrl(joined)),
                (failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)),
              );
            }}
          >
            Join it
          </button>
        )}
        <button type="button" class="button" onClick={() => navigate('/chat')}>
          Back to the list
        </button>
      </div>
    </div>
  );
}

function roomOf(id: string): string | null {
  try {
    return decodeURIComponent(id.slice('room:'.length));
  } catch {
    return null;
  }
}
