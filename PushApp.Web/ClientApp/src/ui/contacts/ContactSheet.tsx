import { useEffect, useRef, useState } from 'preact/hooks';
import type { Contact, LabeledValue } from '../../api/types';
import { shareContact } from '../../state/contacts';
import { showToast } from '../../state/toasts';
import { initials, tintOf } from '../format';
import { Icon, type IconName } from '../Icon';

/** One contact, in a dialog that slides in from the side, or from below on a phone. */
export function ContactSheet({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  const work = [contact.jobTitle, contact.department, contact.company].filter(Boolean).join(' · ');
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="sheet-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) {
          dialog.current?.close();
        }
      }}
    >
      <div class="sheet-inner">
        <div class="sheet-head">
          <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        <div class="sheet-title">
          <span class={`avatar large tint-${tintOf(contact.displayName)}`} aria-hidden="true">
            {initials(contact.displayName)}
          </span>
          <h2 id="sheet-title">{contact.displayName}</h2>
          {work && <p class="muted">{work}</p>}
        </div>
        <dl class="details">
          <Values icon="mail" name="E-mail" values={contact.emails} link={(value) => `mailto:${value}`} />
          <Values icon="phone" name="Phone" values={contact.phones} link={(value) => `tel:${value.replace(/[^+\d]/g, '')}`} />
          <Values icon="place" name="Address" values={contact.addresses ?? []} />
          <Values icon="work" name="Web" values={contact.urls ?? []} />
          {contact.birthday && <Values icon="bell" name="Birthday" values={[{ value: contact.birthday, label: null }]} />}
          {contact.note && <Values icon="file" name="Note" values={[{ value: contact.note, label: null }]} />}
        </dl>
        <ShareForm contact={contact} />
      </div>
    </dialog>
  );
}

function Values({ icon, name, values, link }: { icon: IconName; name: string; values: readonly LabeledValue[]; link?: (value: string) => string }) {
  if (values.length === 0) {
    return null;
  }
  return (
    <div class="detail">
      <dt>
        <Icon name={icon} size={18} />
        <span class="visually-hidden">{name}</span>
      </dt>
      {values.map(({ value, label }) => (
        <dd key={value}>
          {link ? <a href={link(value)}>{value}</a> : <span class="detail-text">{value}</span>}
          {label && <span class="muted"> {label}</span>}
        </dd>
      ))}
    </div>
  );
}

function ShareForm({ contact }: { contact: Contact }) {
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const recipient = input.current!.value.trim();
    setBusy(true);
    setError(null);
    try {
      await shareContact(contact.id, recipient);
      input.current!.value = '';
      showToast('success', 'Contact shared', `${recipient} has ${contact.displayName} now.`);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="share" onSubmit={(event) => void submit(event)}>
      <label for="share-with">Share with</label>
      <div class="share-row">
        <input ref={input} id="share-with" type="email" required placeholder="their e-mail address here" autocomplete="off" aria-describedby="share-error" />
        <button type="submit" class="button primary" disabled={isBusy}>
          <Icon name="share" size={18} />
          Share
        </button>
      </div>
      <div id="share-error" role="alert">
        {error && <p class="form-error">{error}</p>}
      </div>
    </form>
  );
}
