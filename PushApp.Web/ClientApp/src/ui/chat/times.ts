const times = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const days = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const oldDays = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' });
const shortDays = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });
const whole = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'medium' });

/** "14:03". */
export function formatTime(iso: string): string {
  return times.format(Date.parse(iso));
}

/** "23 November 2026 at 14:03:11". */
export function formatWhole(iso: string): string {
  return whole.format(Date.parse(iso));
}

/** A day as separators name it: "Today", "Yesterday", "Monday, 23 November". */
export function formatDay(iso: string, now = new Date()): string {
  const time = new Date(iso);
  const ago = daysBetween(time, now);
  return ago === 0 ? 'Today' : ago === 1 ? 'Yesterday' : ago < 300 ? days.format(time) : oldDays.format(time);
}

/** The time where it was today, else the day, for a narrow column. */
export function formatDayOrTime(iso: string, now = new Date()): string {
  const time = new Date(iso);
  const ago = daysBetween(time, now);
  return ago === 0 ? times.format(time) : ago === 1 ? 'Yesterday' : shortDays.format(time);
}

/** In the reader's own days, which are not always 24 hours long. */
export function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000);
}
