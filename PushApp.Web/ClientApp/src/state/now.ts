import { signal } from '@preact/signals';

const Step = 20_000;

/** The time, to some seconds: what is shown as "5 minutes ago" or "Today" grows old while nothing else changes. */
export const now = signal(Date.now());

const tick = () => (now.value = Date.now());
setInterval(tick, Step);
// Timers rest in a tab that is hidden, and while the machine sleeps.
document.addEventListener('visibilitychange', tick);
