import { computed, signal } from '@preact/signals';

/** The address within the site, as in `/?contact=5`. */
const address = signal(location.pathname + location.search);

window.addEventListener('popstate', () => {
  address.value = location.pathname + location.search;
});

export type View = 'contacts' | 'imports';

const url = computed(() => new URL(address.value, location.origin));

export const view = computed<View>(() => (url.value.pathname.startsWith('/import') || url.value.searchParams.has('import') ? 'imports' : 'contacts'));

/** The contact that is open, by its id. */
export const shownContactId = computed(() => url.value.searchParams.get('contact'));

/** The import that a notification led to, by its id. */
export const shownImportId = computed(() => url.value.searchParams.get('import'));

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
