import { signal, type ReadonlySignal } from '@preact/signals';

export type Activity = 'active' | 'away';

/** Without a touch of keyboard, mouse or screen for so long, nobody is there. */
const Idle = 5 * 60_000;
/** Who goes from one tab to the other is never away in between. */
const Hidden = 2_000;

const state = signal<Activity>('active');

/** Whether somebody looks at this tab and has touched it lately. */
export const activity: ReadonlySignal<Activity> = state;

if (typeof document !== 'undefined') {
  let lastTouch = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = () => {
    clearTimeout(timer);
    const isHidden = document.visibilityState === 'hidden';
    const left = isHidden ? 0 : lastTouch + Idle - Date.now();
    state.value = left > 0 ? 'active' : 'away';
    if (left > 0) {
      timer = setTimeout(look, left);
    }
  };
  const touch = () => {
    lastTouch = Date.now();
    if (state.value === 'away') {
      look();
    }
  };
  for (const name of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'focus']) {
    window.addEventListener(name, touch, { passive: true, capture: true });
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') {
      clearTimeout(timer);
      timer = setTimeout(look, Hidden);
    } else {
      lastTouch = Date.now();
      look();
    }
  });
  if (document.visibilityState === 'hidden') {
    state.value = 'away';
  } else {
    look();
  }
}
