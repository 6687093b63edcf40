import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { ChatStore } from '../../chat/ChatStore';
import type { Conversation } from '../../chat/types';
import { Icon } from '../Icon';

/** `Chat:MaxTextLength` of the server, which has the last word. */
const MaxLength = 4_000;
const MaxHeight = 168;

interface Props {
  readonly store: ChatStore;
  readonly conversation: Conversation;
  readonly field: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ store, conversation, field }: Props) {
  const { id, kind, title } = conversation;
  const [text, setText] = useState(store.drafts.get(id) ?? '');

  useLayoutEffect(() => {
    const element = field.current!;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight + 2, MaxHeight)}px`;
  }, [text, field]);

  function change(next: string): void {
    store.drafts.set(id, next);
    setText(next);
  }

  function send(): void {
    if (text.trim() !== '') {
      store.send(id, text);
      change('');
    }
    field.current?.focus();
  }

  return (
    <form
      class="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={MaxLength}
        aria-label={kind === 'room' ? `Message to the room ${title}` : `Message to ${title}`}
        placeholder="Write a message"
        title="Enter sends, Shift+Enter begins a new line"
        onInput={(event) => {
          change(event.currentTarget.value);
          if (event.currentTarget.value.trim() !== '') {
            store.type(id);
          }
        }}
        onKeyDown={(event) => {
          // While a word is being composed (Japanese, for one), Enter chooses it.
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <button type="submit" class="chat-send" aria-label="Send" disabled={text.trim() === ''}>
        <Icon name="send" size={20} />
      </button>
    </form>
  );
}
