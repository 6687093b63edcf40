import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import type { Contact, Page } from '../api/types';

export const PageSize = 25;

export const search = signal('');
/** The first page is 1. */
export const pageNumber = signal(1);
/** What is shown, and the search that found it: the field may be ahead of it. */
export const contacts = signal<(Page<Contact> & { readonly search: string }) | null>(null);
export const contactsError = signal<string | null>(null);
export const isLoadingContacts = signal(false);
export const pageCount = computed(() => Math.max(1, Math.ceil((contacts.value?.total ?? 0) / PageSize)));

let current: AbortController | null = null;

/** Loads what search and page say. A later call takes the place of one under way. */
export async function loadContacts(): Promise<void> {
  current?.abort();
  const mine = new AbortController();
  current = mine;
  isLoadingContacts.value = true;
  try {
    const text = search.value;
    const query = new URLSearchParams({ search: text, page: String(pageNumber.value), pageSize: String(PageSize) });
    const page = await request<Page<Contact>>('GET', `/api/contacts?${query}`, undefined, mine.signal);
    if (current !== mine) {
      return;
    }
    contacts.value = { ...page, search: text };
    contactsError.value = null;
    if (page.items.length === 0 && page.total > 0) {
      // The list has become shorter than the page that was looked at.
      pageNumber.value = pageCount.value;
      void loadContacts();
    }
  } catch (error) {
    if (current === mine) {
      contactsError.value = error instanceof Error ? error.message : String(error);
    }
  } finally {
    if (current === mine) {
      isLoadingContacts.value = false;
    }
  }
}

export function goToPage(page: number): void {
  pageNumber.value = page;
  void loadContacts();
}

export function searchFor(text: string): void {
  search.value = text;
  pageNumber.value = 1;
  void loadContacts();
}

export function forgetContacts(): void {
  current?.abort();
  current = null;
  isLoadingContacts.value = false;
  search.value = '';
  pageNumber.value = 1;
  contacts.value = null;
  contactsError.value = null;
}

/** As the list has it, where it is shown there: of a long note the beginning. */
export function listedContact(id: string): Contact | null {
  return contacts.value?.items.find((contact) => String(contact.id) === id) ?? null;
}

/** The whole of one. Refused with 404 where there is none. */
export function findContact(id: string): Promise<Contact> {
  return request<Contact>('GET', `/api/contacts/${encodeURIComponent(id)}`);
}

export async function shareContact(id: Contact['id'], userName: string): Promise<void> {
  await request('POST', `/api/contacts/${id}/share`, { userName });
}
