import type { ChatStore } from '../../chat/ChatStore';
import type { Conversation } from '../../chat/types';
import { now } from '../../state/now';
import { conversationUrl } from '../../state/router';
import { count } from '../format';
import { Icon } from '../Icon';
import { Link } from '../Link';
import { ConversationMark } from './ConversationMark';
import { shortName } from './names';
import type { NewKind } from './NewConversation';
import { formatDayOrTime } from './times';
import { Transport } from './Transport';

interface Props {
  readonly store: ChatStore;
  readonly shown: string | null;
  readonly onAdd: (kind: NewKind) => void;
}

export function ConversationList({ store, shown, onAdd }: Props) {
  const all = store.conversations.value;
  const error = store.error.value;
  return (
    <section class="chat-list" aria-label="Conversations">
      <div class="chat-list-head">
        <h1>Chat</h1>
        <button type="button" class="icon-button" aria-label="Join a room" title="Join a room" onClick={() => onAdd('room')}>
          <Icon name="hash" />
        </button>
        <button type="button" class="icon-button" aria-label="Write to somebody" title="Write to somebody" onClick={() => onAdd('direct')}>
          <Icon name="pen" />
        </button>
      </div>
      {error && all === null && (
        <div class="chat-list-error" role="alert">
          <p>{error}</p>
          <button type="button" class="text-button" onClick={() => store.reload()}>
            Try again
          </button>
        </div>
      )}
      {all === null ? (
        <Skeleton />
      ) : (
        <ul class="chat-conversations">
          {all.map((conversation) => (
            <li key={conversation.id}>
              <Entry store={store} conversation={conversation} isShown={conversation.id === shown} />
            </li>
          ))}
        </ul>
      )}
      <Transport />
    </section>
  );
}

function Entry({ store, conversation, isShown }: { store: ChatStore; conversation: Conversation; isShown: boolean }) {
  const { id, title, unread, last } = conversation;
  const typing = store.typing(id);
  const author = last === null ? '' : store.isMe(last.author) ? 'You: ' : conversation.kind === 'room' ? `${shortName(last.author)}: ` : '';
  return (
    <Link to={conversationUrl(id)} class={`chat-entry${isShown ? ' shown' : ''}${unread > 0 ? ' unread' : ''}`} isCurrent={isShown}>
      <ConversationMark conversation={conversation} />
      <span class="chat-entry-words">
        <span class="chat-entry-line">
          <span class="chat-entry-title">{title}</span>
          {last && <time dateTime={last.time}>{formatDayOrTime(last.time, new Date(now.value))}</time>}
        </span>
        <span class="chat-entry-line">
          <span class={typing.length > 0 ? 'chat-entry-last typing' : 'chat-entry-last'}>
            {typing.length > 0 ? 'typing…' : last ? `${author}${last.text}` : 'No messages yet'}
          </span>
          {unread > 0 && (
            <span class="chat-unread">
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span class="visually-hidden">{count(unread, 'unread message')}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

function Skeleton() {
  return (
    <ul class="chat-conversations" aria-busy="true" aria-label="Loading conversations">
      {[0, 1, 2].map((row) => (
        <li key={row} class="chat-entry skeleton">
          <span class="avatar" />
          <span class="chat-entry-words">
            <span class="chat-skeleton-line" />
            <span class="chat-skeleton-line short" />
          </span>
        </li>
      ))}
    </ul>
  );
}
