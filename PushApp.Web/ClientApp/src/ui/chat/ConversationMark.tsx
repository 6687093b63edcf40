import type { Conversation } from '../../chat/types';
import { presenceOf } from '../../presence/presence';
import { initials, tintOf } from '../format';
import { Icon } from '../Icon';

/** A room's sign, or a person's letters with a dot that tells whether they are there. */
export function ConversationMark({ conversation }: { conversation: Conversation }) {
  return conversation.kind === 'room' ? (
    <span class="avatar room" aria-hidden="true">
      <Icon name="hash" size={18} />
    </span>
  ) : (
    <span class="chat-mark">
      <span class={`avatar tint-${tintOf(conversation.title)}`} aria-hidden="true">
        {initials(conversation.title)}
      </span>
      <PresenceDot userName={conversation.title} />
    </span>
  );
}

function PresenceDot({ userName }: { userName: string }) {
  const { state } = presenceOf(userName).value;
  return (
    <span class={`presence-dot ${state}`} title={state}>
      <span class="visually-hidden">{state}</span>
    </span>
  );
}
