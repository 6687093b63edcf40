import { signal } from '@preact/signals';

/** The current path, without query. */
export const path = signal(location.pathname);

window.addEventListener('popstate', () => {
  path.value = location.pathname;
});

export function navigate(to: string): void {
  const url = new URL(to, location.href);
  if (url.origin !== location.origin) {
    location.assign(url);
    return;
  }
  if (url.pathname !== location.pathname) {
    history.pushState(null, '', url);
  }
  path.value = url.pathname;
  window.scrollTo(0, 0);
}
