import type { Conversation } from '../../chat/types';
import { initials, tintOf } from '../format';
import { Icon } from '../Icon';

/** A room's sign, or a person's letters. */
export function ConversationMark({ conversation }: { conversation: Conversation }) {
  return conversation.kind === 'room' ? (
    <span class="avatar room" aria-hidden="true">
      <Icon name="hash" size={18} />
    </span>
  ) : (
    <span class={`avatar tint-${tintOf(conversation.title)}`} aria-hidden="true">
      {initials(conversation.title)}
    </span>
  );
}
