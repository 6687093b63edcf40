import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import type { Notification, Page } from '../api/types';

export const notifications = signal<readonly Notification[] | null>(null);
export const notificationsError = signal<string | null>(null);
/** Unread ones that are too old to be among those that are shown. */
const olderUnread = signal(0);
export const unreadCount = computed(() => olderUnread.value + countUnread(notifications.value ?? []));

const Shown = 50;

/** What was heard while an answer is on its way: it may be older than that, so it is told again on top of it. */
let loading: { readonly heard: (() => void)[] } | null = null;

/** Loads what there is. A later call takes the place of one under way. */
export async function loadNotifications(): Promise<void> {
  const mine = { heard: [] as (() => void)[] };
  loading = mine;
  try {
    const page = await request<Page<Notification> & { readonly unread: number }>('GET', `/api/notifications?pageSize=${Shown}`);
    if (loading !== mine) {
      return;
    }
    notifications.value = page.items;
    olderUnread.value = Math.max(0, page.unread - countUnread(page.items));
    notificationsError.value = null;
    mine.heard.forEach((tell) => tell());
  } catch (error) {
    if (loading === mine) {
      notificationsError.value = error instanceof Error ? error.message : String(error);
    }
  } finally {
    if (loading === mine) {
      loading = null;
    }
  }
}

/** A new one came. False when it is known already, as after a resume. */
export function addNotification(notification: Notification): boolean {
  loading?.heard.push(() => insert(notification));
  return insert(notification);
}

/** They were read, here or in another tab or on another device. */
export function applyRead(read: { readonly ids?: readonly string[]; readonly all?: boolean }): void {
  loading?.heard.push(() => markAsRead(read));
  markAsRead(read);
}

export async function markRead(id: string): Promise<void> {
  applyRead({ ids: [id] });
  await request('POST', `/api/notifications/${id}/read`);
}

export async function markAllRead(): Promise<void> {
  applyRead({ all: true });
  await request('POST', '/api/notifications/read');
}

function insert(notification: Notification): boolean {
  const known = notifications.value ?? [];
  if (known.some((other) => other.id === notification.id)) {
    return false;
  }
  const all = [notification, ...known];
  notifications.value = all.slice(0, Shown);
  olderUnread.value += countUnread(all.slice(Shown));
  return true;
}

function markAsRead(read: { readonly ids?: readonly string[]; readonly all?: boolean }): void {
  const known = notifications.value ?? [];
  const ids = new Set(read.ids);
  if (read.all === true) {
    olderUnread.value = 0;
  } else if (notifications.value !== null) {
    // Those that are not shown are older: only unread ones are marked, and each of them once.
    const shown = new Set(known.map((notification) => notification.id));
    olderUnread.value = Math.max(0, olderUnread.value - [...ids].filter((id) => !shown.has(id)).length);
  }
  notifications.value = known.map((notification) => (read.all === true || ids.has(notification.id) ? { ...notification, read: true } : notification));
}

function countUnread(all: readonly Notification[]): number {
  return all.filter((notification) => !notification.read).length;
}

export function forgetNotifications(): void {
  loading = null;
  olderUnread.value = 0;
  notifications.value = null;
  notificationsError.value = null;
}
