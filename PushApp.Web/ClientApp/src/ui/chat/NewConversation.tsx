import { useRef, useState } from 'preact/hooks';
import type { ChatStore } from '../../chat/ChatStore';
import { Dialog } from '../Dialog';

export type NewKind = 'room' | 'direct';

const words = {
  room: {
    title: 'Join a room',
    label: 'Room',
    hint: 'Anybody who knows its name may join and read what was said before. If there is none of this name yet, it begins with you.',
    placeholder: 'lobby',
    action: 'Join',
  },
  direct: {
    title: 'Write to somebody',
    label: 'User name',
    hint: 'The e-mail address with which they signed up. Only the two of you can read it.',
    placeholder: 'ann@example.com',
    action: 'Write',
  },
} as const;

interface Props {
  readonly kind: NewKind;
  readonly store: ChatStore;
  /** With what was opened; null for nothing. */
  readonly onClose: (opened: string | null) => void;
}

export function NewConversation({ kind, store, onClose }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { title, label, hint, placeholder, action } = words[kind];

  async function submit(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const name = input.current!.value;
      onClose(await (kind === 'room' ? store.join(name) : store.direct(name)));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
      input.current?.focus();
    }
  }

  return (
    <Dialog title={title} onClose={() => onClose(null)} onSubmit={() => void submit()}>
        <div class="field">
          <label for="chat-dialog-name">{label}</label>
          <input
            id="chat-dialog-name"
            ref={input}
            data-autofocus
            type="text"
            inputMode={kind === 'direct' ? 'email' : 'text'}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={256}
            placeholder={placeholder}
            aria-describedby="chat-dialog-hint"
            aria-invalid={error !== null}
          />
          <span class="hint" id="chat-dialog-hint">
            {hint}
          </span>
        </div>
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={() => onClose(null)}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={isBusy}>
            {action}
          </button>
        </div>
    </Dialog>
  );
}
