import { describe, expect, test } from 'vitest';
import { reconnectDelay, retryAfterDelay } from '../src/push/backoff';

describe('delay before a stream is opened again', () => {
  test('is spread over half to one and a half times the retry value', () => {
    expect(reconnectDelay(0, 2000, 0)).toBe(1000);
    expect(reconnectDelay(0, 2000, 0.999)).toBeCloseTo(2998, -1);
  });

  test('doubles with every failure, up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((failures) => reconnectDelay(failures, 2000, 0.5))).toEqual([2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  test('honours a retry value that is longer than that', () => {
    expect(reconnectDelay(3, 60_000, 0.5)).toBe(60_000);
  });

  test('is never shorter than Retry-After, in seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterDelay('4', now, 0)).toBe(4000);
    expect(retryAfterDelay('4', now, 1)).toBe(6000);
    expect(retryAfterDelay('Thu, 01 Jan 2026 00:00:10 GMT', now, 0)).toBe(10_000);
    expect(retryAfterDelay('Wed, 31 Dec 2025 00:00:00 GMT', now, 0.9)).toBe(0);
    expect(retryAfterDelay('soon', now, 0)).toBeNull();
    expect(retryAfterDelay(null, now, 0)).toBeNull();
  });
});
