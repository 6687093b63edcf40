const MaxDelay = 30_000;

/**
 * How long to wait before the next attempt. The delay doubles with every failure and is spread over half to one and a half times its length, so that the clients of a
 * node that went away do not come back all at once.
 *
 * @param failures How many attempts have failed in a row; 0 after a stream that had been open.
 * @param retry The server's `retry:` value in milliseconds.
 * @param random A number from 0 to below 1.
 */
export function reconnectDelay(failures: number, retry: number, random: number): number {
  const base = Math.min(Math.max(retry, 100) * 2 ** Math.min(failures, 16), Math.max(MaxDelay, retry));
  return Math.round(base * (0.5 + random));
}

/** Waits at least as long as `Retry-After` says, and up to half as long again. Null when the header says nothing usable. */
export function retryAfterDelay(header: string | null, now: number, random: number): number | null {
  if (header === null || header.trim() === '') {
    return null;
  }
  const seconds = /^\s*[0-9]+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(seconds) ? null : Math.round(Math.max(seconds, 0) * (1 + random / 2));
}
