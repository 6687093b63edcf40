import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api/http';
import type { Contact, LabeledValue } from '../../api/types';
import { findContact, listedContact, shareContact } from '../../state/contacts';
import { navigate, shownContactId } from '../../state/router';
import { initials, tintOf } from '../format';
import { Icon, type IconName } from '../Icon';
import { useBackdrop } from '../useBackdrop';

/** One contact, in a dialog that slides in from the side, or from below on a phone. Its address is the page's, so that "back" closes it. */
export function ContactSheet({ id }: { id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const backdrop = useBackdrop(dialog, () => dialog.current?.close());
  const [contact, setContact] = useState<Contact | null>(() => listedContact(id));
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const element = dialog.current!;
    element.showModal();
    let isGone = false;
    setContact(listedContact(id));
    setError(null);
    findContact(id).then(
      (found) => !isGone && setContact(found),
      (failure: unknown) => !isGone && setError(failure instanceof ApiError && failure.status === 404 ? 'This contact is no longer there.' : String(failure)),
    );
    return () => {
      isGone = true;
      element.close();
    };
  }, [id]);

  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={contact?.name ?? 'Contact'}
      onClose={() => {
        // Not when the address has already moved on, which is what closed it.
        if (shownContactId.value === id) {
          navigate('/');
        }
      }}
      {...backdrop}
    >
      <div class="sheet-inner" aria-busy={contact === null && error === null}>
        <div class="sheet-head">
          <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        {contact && <Card contact={contact} />}
      </div>
    </dialog>
  );
}

function Card({ contact }: { contact: Contact }) {
  const work = [contact.jobTitle, contact.department, contact.company].filter(Boolean).join(' · ');
  return (
    <>
      <div class="sheet-title">
        <span class={`avatar large tint-${tintOf(contact.name)}`} aria-hidden="true">
          {initials(contact.name)}
        </span>
        <h2>{contact.name}</h2>
        {work && <p class="muted">{work}</p>}
      </div>
      <dl class="details">
        <Values icon="mail" name="E-mail" values={contact.emails} link={(value) => `mailto:${value}`} />
        <Values icon="phone" name="Phone" values={contact.phones} link={(value) => `tel:${value.replace(/[^+\d]/g, '')}`} />
        <Values icon="place" name="Address" values={contact.addresses ?? []} />
        <Values icon="link" name="Web" values={contact.urls ?? []} />
        {contact.birthday && <Values icon="cake" name="Birthday" values={[{ value: contact.birthday, label: null }]} />}
        {contact.note && <Values icon="file" name="Note" values={[{ value: contact.note, label: null }]} />}
      </dl>
      <ShareForm key={contact.id} contact={contact} />
    </>
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
  const [done, setDone] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const recipient = input.current!.value.trim();
    setBusy(true);
    setError(null);
    setDone(null);
    try {
      await shareContact(contact.id, recipient);
      input.current!.value = '';
      setDone(`${recipient} has ${contact.name} now.`);
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
      {/* Here and not as a toast, which would lie behind the dialog. */}
      <div role="status">
        {done && (
          <p class="share-done">
            <Icon name="check" size={18} />
            {done}
          </p>
        )}
      </div>
    </form>
  );
}
