import { computed, signal } from '@preact/signals';

/** The address within the site, as in `/?contact=5`. */
const address = signal(location.pathname + location.search);

window.addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

export type View = 'contacts' | 'imports' | 'chat' | 'inspector' | 'missing';

const inspectorTabs = ['events', 'journey', 'connections', 'channels', 'search'] as const;

const url = computed(() => new URL(address.value, location.origin));

/** Without a slash at its end. */
const path = computed(() => url.value.pathname.replace(/\/+$/, '') || '/');

export const view = computed<View>(() => {
  // As the server knows them, which answers any other with 404 (Site/SiteAssets.cs).
  switch (path.value) {
    case '/':
      return url.value.searchParams.has('import') ? 'imports' : 'contacts';
    case '/imports':
      return 'imports';
    case '/chat':
      return 'chat';
    case '/inspector':
      return 'inspector';
    default:
      return inspectorTabs.some((tab) => path.value === `/inspector/${tab}`) ? 'inspector' : 'missing';
  }
});

/** The contact that is open, by its id. */
export const shownContactId = computed(() => url.value.searchParams.get('contact'));

/** The import that a notification led to, by its id. */
export const shownImportId = computed(() => url.value.searchParams.get('import'));

/** The room or conversation that is open, by its channel. */
export const shownConversationId = computed(() => (view.value === 'chat' ? url.value.searchParams.get('c') : null));

export type InspectorTab = 'nodes' | (typeof inspectorTabs)[number];

export const inspectorTab = computed<InspectorTab>(() => {
  const [, , asked] = path.value.split('/');
  return inspectorTabs.find((tab) => tab === asked) ?? 'nodes';
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
