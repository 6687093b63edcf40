import { computed, signal } from '@preact/signals';

/** The address within the site, as in `/?contact=5`. */
const address = signal(location.pathname + location.search);

window.addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

export type View = 'contacts' | 'imports' | 'chat';

const url = computed(() => new URL(address.value, location.origin));

export const view = computed<View>(() => {
  const { pathname, searchParams } = url.value;
  if (pathname === '/chat') {
    return 'chat';
  }
  return pathname.startsWith('/import') || searchParams.has('import') ? 'imports' : 'contacts';
});

/** The contact that is open, by its id. */
export const shownContactId = computed(() => url.value.searchParams.get('contact'));

/** The import that a notification led to, by its id. */
export const shownImportId = computed(() => url.value.searchParams.get('import'));

/** The room or conversation that is open, by its channel. */
export const shownConversationId = computed(() => (view.value === 'chat' ? url.value.searchParams.get('c') : null));

/** Where a room or conversation is shown. */
export function conversationUrl(id: string): string {
  return `/chat?c=${encodeURIComponent(id)}`;
}

export function navigate(to: string): void {
  const target = new URL(to, location.origin);
  if (target.origin !== location.origin) {
    location.assign(target);
    return;
  }
  const next = target.pathname + target.search;
  if (next !== address.value) {
    const wasView = view.value;
    history.pushState(null, '', next);
    address.value = next;
    if (view.value !== wasView) {
      window.scrollTo(0, 0);
      document.getElementById('content')?.focus({ preventScroll: true });
    }
  }
}
