const numbers = new Intl.NumberFormat('en');
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dates = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** "1 row", "2,000 rows". */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** "a few seconds left", "4 min left". */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 5) {
    return 'a few seconds left';
  }
  if (seconds < 90) {
    return `${Math.ceil(seconds)} s left`;
  }
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${Math.ceil(minutes / 60)} h left`;
}

export function formatTimeAgo(iso: string, now = Date.now()): string {
  const time = Date.parse(iso);
  const seconds = Math.round((time - now) / 1000);
  if (seconds > -60) {
    return 'just now';
  }
  if (seconds > -3600) {
    return relative.format(Math.round(seconds / 60), 'minute');
  }
  if (seconds > -86_400) {
    return relative.format(Math.round(seconds / 3600), 'hour');
  }
  return seconds > -7 * 86_400 ? relative.format(Math.round(seconds / 86_400), 'day') : dates.format(time);
}

/** The date and the time of day as the reader's own language writes them. */
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function formatMoment(iso: string): string {
  return moments.format(Date.parse(iso));
}

/** "5 minutes ago" within a day, then the date and the time. */
export function formatWhen(iso: string, now = Date.now()): string {
  return now - Date.parse(iso) < 86_400_000 ? formatTimeAgo(iso, now) : formatMoment(iso);
}

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const first = words[0] ?? name;
  const last = words.length > 1 ? words[words.length - 1]! : '';
  return ([...first][0] ?? '?').concat([...last][0] ?? '').toLocaleUpperCase('en');
}

/** The same tint for the same name, out of six. */
export function tintOf(name: string): number {
  let sum = 0;
  for (const character of name) {
    sum = (sum * 31 + character.codePointAt(0)!) >>> 0;
  }
  return sum % 6;
}
