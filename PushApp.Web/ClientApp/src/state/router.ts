import { computed, signal } from '@preact/signals';

/** The address within the site, as in `/?contact=5`. */
const address = signal(location.pathname + location.search);

window.addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

export type View = 'contacts' | 'imports' | 'chat' | 'inspector';

const url = computed(() => new URL(address.value, location.origin));

export const view = computed<View>(() => {
  const { pathname, searchParams } = url.value;
  if (pathname === '/chat') {
    return 'chat';
  }
  if (pathname === '/inspector' || pathname.startsWith('/inspector/')) {
    return 'inspector';
  }
  return pathname.startsWith('/import') || searchParams.has('import') ? 'imports' : 'contacts';
});

/** The contact that is open, by its id. */
export const shownContactId = computed(() => url.value.searchParams.get('contact'));

/** The import that a notification led to, by its id. */
export const shownImportId = computed(() => url.value.searchParams.get('import'));

/** The room or conversation that is open, by its channel. */
export const shownConversationId = computed(() => (view.value === 'chat' ? url.value.searchParams.get('c') : null));

export type InspectorTab = 'nodes' | 'events' | 'journey' | 'connections' | 'channels' | 'search';

export const inspectorTab = computed<InspectorTab>(() => {
  const [, , tab] = url.value.pathname.split('/');
  return tab === 'events' || tab === 'journey' || tab === 'connections' || tab === 'channels' || tab === 'search' ? tab : 'nodes';
});

/** What is asked for in the Inspector's search; empty where it is not. */
export const inspectorQuery = computed(() => {
  const { searchParams } = url.value;
  return { user: searchParams.get('user') ?? '', id: searchParams.get('id') ?? '', channel: searchParams.get('channel') ?? '' };
});

/** The event whose journey is shown. */
export const shownJourney = computed(() => ({ channel: inspectorQuery.value.channel, id: inspectorQuery.value.id }));

/** Where an event's journey is shown. */
export function journeyUrl(channel: string, id: string): string {
  return `/inspector/journey?${new URLSearchParams({ channel, id }).toString()}`;
}

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
