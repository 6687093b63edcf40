import { useEffect, useRef, useState } from 'preact/hooks';
import type { Contact } from '../../api/types';
import { contacts, contactsError, goToPage, isLoadingContacts, loadContacts, pageCount, pageNumber, PageSize, search, searchFor } from '../../state/contacts';
import { navigate, shownContactId } from '../../state/router';
import { count, formatNumber, initials, tintOf } from '../format';
import { Icon } from '../Icon';
import { Link } from '../Link';
import { ContactSheet } from './ContactSheet';

const SearchDelay = 250;

export function ContactsView() {
  const page = contacts.value;
  const isEmptyBook = page !== null && page.total === 0 && page.search === '';
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Contacts</h1>
          <p class="muted" role="status">
            {page === null ? '\u00a0' : page.search === '' ? count(page.total, 'contact') : `${count(page.total, 'match', 'matches')} for “${page.search}”`}
          </p>
        </div>
        <Link to="/imports" class="button primary">
          <Icon name="upload" size={18} />
          Import
        </Link>
      </div>
      {!isEmptyBook && <SearchField />}
      {contactsError.value !== null && (
        <div class="notice error" role="alert">
          <p>{contactsError.value}</p>
          <button type="button" class="button" onClick={() => void loadContacts()}>
            Try again
          </button>
        </div>
      )}
      {page === null ? (
        contactsError.value === null && <LoadingRows />
      ) : isEmptyBook ? (
        <EmptyBook />
      ) : page.items.length === 0 ? (
        <div class="empty">
          <Icon name="search" size={32} />
          <h2>Nobody matches “{page.search}”</h2>
          <p>Search looks at names, companies, e-mail addresses and phone numbers.</p>
        </div>
      ) : (
        <>
          <ContactTable contacts={page.items} />
          <Pager total={page.total} />
        </>
      )}
      {shownContactId.value !== null && <ContactSheet key={shownContactId.value} id={shownContactId.value} />}
    </>
  );
}

function SearchField() {
  const [text, setText] = useState(search.value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <search class="search-field">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search contacts"
        placeholder="Search by name, company, e-mail or phone"
        value={text}
        onInput={(event) => {
          const value = event.currentTarget.value;
          setText(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => searchFor(value.trim()), SearchDelay);
        }}
      />
    </search>
  );
}

function ContactTable({ contacts: rows }: { contacts: readonly Contact[] }) {
  return (
    <table class={`contact-table ${isLoadingContacts.value ? 'is-loading' : ''}`} aria-busy={isLoadingContacts.value}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail</th>
          <th scope="col">Phone</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((contact) => (
          <tr key={contact.id}>
            <td class="cell-name">
              <span class={`avatar tint-${tintOf(contact.name)}`} aria-hidden="true">
                {initials(contact.name)}
              </span>
              <span class="cell-words">
                <button type="button" class="row-button" onClick={() => navigate(`/?contact=${contact.id}`)}>
                  {contact.name}
                </button>
                <span class="muted">{[contact.jobTitle, contact.company].filter(Boolean).join(' · ')}</span>
              </span>
            </td>
            <td class="cell-email">{contact.emails[0]?.value}</td>
            <td class="cell-phone">{contact.phones[0]?.value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Pager({ total }: { total: number }) {
  const page = pageNumber.value;
  const pages = pageCount.value;
  if (pages <= 1) {
    return null;
  }
  return (
    <nav class="pager" aria-label="Pages of contacts">
      <span class="muted">
        {formatNumber((page - 1) * PageSize + 1)}–{formatNumber(Math.min(page * PageSize, total))} of {formatNumber(total)}
      </span>
      <button type="button" class="icon-button bordered" aria-label="Previous page" disabled={page <= 1} onClick={() => goToPage(page - 1)}>
        <Icon name="chevronLeft" />
      </button>
      <button type="button" class="icon-button bordered" aria-label="Next page" disabled={page >= pages} onClick={() => goToPage(page + 1)}>
        <Icon name="chevronRight" />
      </button>
    </nav>
  );
}

function EmptyBook() {
  return (
    <div class="empty">
      <span class="empty-mark">
        <Icon name="people" size={32} />
      </span>
      <h2>Your address book is empty</h2>
      <p>Bring in what you have: an export of Google Contacts or Outlook, any CSV with a header row, or vCards.</p>
      <Link to="/imports" class="button primary">
        Import contacts
      </Link>
    </div>
  );
}

function LoadingRows() {
  return (
    <div class="loading-rows" role="status">
      <span class="visually-hidden">Loading contacts</span>
      {Array.from({ length: 8 }, (_, index) => (
        <div class="loading-row" key={index} />
      ))}
    </div>
  );
}
