import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Notification } from '../src/api/types';
import { addNotification, applyRead, forgetNotifications, hasOlderNotifications, loadNotifications, loadOlderNotifications, markAllRead, markRead, notifications, unreadCount } from '../src/state/notifications';
import { Answers } from './answers';

let answers: Answers;

beforeEach(() => {
  answers = new Answers();
  vi.stubGlobal('fetch', answers.fetch);
  forgetNotifications();
});

function notification(id: string, read = false): Notification {
  return { id, kind: 'contact.shared', title: id, text: '', url: null, time: '2026-01-01T00:00:00Z', read };
}

function page(unread: number, ...items: Notification[]): unknown {
  return { items, total: items.length, unread };
}

function shown(): (string | undefined)[] {
  return (notifications.value ?? []).map(({ id }) => id);
}

describe('notifications', () => {
  test('one that comes while an older answer is on its way stays', async () => {
    const loading = loadNotifications();
    expect(addNotification(notification('new'))).toBe(true);
    answers.give(page(1, notification('old')));
    await loading;
    expect(shown()).toEqual(['new', 'old']);
    expect(unreadCount.value).toBe(2);
  });

  test('older ones are shown behind, and counted once', async () => {
    const all = Array.from({ length: 60 }, (_, i) => notification(`n${60 - i}`));
    const loading = loadNotifications();
    answers.give({ items: all.slice(0, 50), total: 60, unread: 60 });
    await loading;
    expect(hasOlderNotifications.value).toBe(true);
    const older = loadOlderNotifications();
    answers.give({ items: all.slice(50), total: 60, unread: 60 });
    await older;
    expect(shown()).toHaveLength(60);
    expect(unreadCount.value).toBe(60);
    expect(hasOlderNotifications.value).toBe(false);
  });

  test('one that the answer knows too is there once', async () => {
    const loading = loadNotifications();
    addNotification(notification('new'));
    answers.give(page(2, notification('new'), notification('old')));
    await loading;
    expect(shown()).toEqual(['new', 'old']);
    expect(unreadCount.value).toBe(2);
  });

  test('what was read while an older answer is on its way stays read', async () => {
    const loading = loadNotifications();
    applyRead({ ids: ['old'] });
    answers.give(page(1, notification('old')));
    await loading;
    expect(unreadCount.value).toBe(0);
  });

  test('what was read while older ones are on their way stays read', async () => {
    const all = Array.from({ length: 60 }, (_, i) => notification(`n${60 - i}`));
    const loading = loadNotifications();
    answers.give({ items: all.slice(0, 50), total: 60, unread: 60 });
    await loading;
    const older = loadOlderNotifications();
    applyRead({ ids: ['n5'] });
    answers.give({ items: all.slice(50), total: 60, unread: 60 });
    await older;
    expect(notifications.value?.find(({ id }) => id === 'n5')?.read).toBe(true);
    expect(unreadCount.value).toBe(59);
    const again = loadOlderNotifications();
    applyRead({ all: true });
    answers.give({ items: all.slice(50), total: 60, unread: 59 });
    await again;
    expect(unreadCount.value).toBe(0);
  });

  test('what could not be told as read is unread again', async () => {
    const loading = loadNotifications();
    answers.give({ items: [notification('a'), notification('b', true)], total: 60, unread: 3 });
    await loading;
    const one = markRead('a');
    expect(unreadCount.value).toBe(2);
    answers.give(new Response('', { status: 503 }));
    await expect(one).rejects.toThrow();
    expect(unreadCount.value).toBe(3);

    const all = markAllRead();
    expect(unreadCount.value).toBe(0);
    answers.give(new Response('', { status: 503 }));
    await expect(all).rejects.toThrow();
    expect(unreadCount.value).toBe(3);
    expect(notifications.value?.map(({ read }) => read)).toEqual([false, true]);
  });

  test('what could not be told as read while an answer is on its way counts as before', async () => {
    const first = loadNotifications();
    answers.give({ items: [notification('a')], total: 60, unread: 3 });
    await first;
    const loading = loadNotifications();
    const all = markAllRead();
    answers.hold();
    answers.give(new Response('', { status: 503 }));
    await expect(all).rejects.toThrow();
    answers.free();
    answers.give({ items: [notification('a')], total: 60, unread: 3 });
    await loading;
    expect(unreadCount.value).toBe(3);
  });

  test('an answer that a later one has overtaken is not shown', async () => {
    const first = loadNotifications();
    const second = loadNotifications();
    answers.give(page(1, notification('stale')), page(1, notification('fresh')));
    await Promise.all([first, second]);
    expect(shown()).toEqual(['fresh']);
  });

  test('unread ones that are pushed out of the list count on, and no longer when they are read', async () => {
    const loading = loadNotifications();
    answers.give(page(51, ...Array.from({ length: 50 }, (_, index) => notification(`n${index}`))));
    await loading;
    addNotification(notification('new'));
    expect(notifications.value).toHaveLength(50);
    expect(unreadCount.value).toBe(52);
    applyRead({ ids: ['n49', 'n0'] });
    expect(unreadCount.value).toBe(50);
    applyRead({ all: true });
    expect(unreadCount.value).toBe(0);
  });

  test('an answer after signing out is not shown', async () => {
    const loading = loadNotifications();
    forgetNotifications();
    answers.give(page(1, notification('mine')));
    await loading;
    expect(notifications.value).toBeNull();
  });
});
