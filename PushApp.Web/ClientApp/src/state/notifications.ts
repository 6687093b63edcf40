import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import type { Notification, Page } from '../api/types';

export const notifications = signal<readonly Notification[] | null>(null);
export const notificationsError = signal<string | null>(null);
/** Unread ones that are too old to be among those that are shown. */
const olderUnread = signal(0);
export const unreadCount = computed(() => olderUnread.value + countUnread(notifications.value ?? []));

const Shown = 50;

export async function loadNotifications(): Promise<void> {
  try {
    const page = await request<Page<Notification> & { readonly unread: number }>('GET', `/api/notifications?pageSize=${Shown}`);
    notifications.value = page.items;
    olderUnread.value = Math.max(0, page.unread - countUnread(page.items));
    notificationsError.value = null;
  } catch (error) {
    notificationsError.value = error instanceof Error ? error.message : String(error);
  }
}

/** A new one came. False when it is known already, as after a resume. */
export function addNotification(notification: Notification): boolean {
  const known = notifications.value ?? [];
  if (known.some((other) => other.id === notification.id)) {
    return false;
  }
  notifications.value = [notification, ...known].slice(0, Shown);
  return true;
}

/** They were read, here or in another tab or on another device. */
export function applyRead(read: { readonly ids?: readonly string[]; readonly all?: boolean }): void {
  if (read.all === true) {
    olderUnread.value = 0;
  }
  const ids = new Set(read.ids);
  notifications.value = (notifications.value ?? []).map((notification) =>
    read.all === true || ids.has(notification.id) ? { ...notification, read: true } : notification,
  );
}

export async function markRead(id: string): Promise<void> {
  applyRead({ ids: [id] });
  await request('POST', `/api/notifications/${id}/read`);
}

export async function markAllRead(): Promise<void> {
  applyRead({ all: true });
  await request('POST', '/api/notifications/read');
}

function countUnread(all: readonly Notification[]): number {
  return all.filter((notification) => !notification.read).length;
}

export function forgetNotifications(): void {
  olderUnread.value = 0;
  notifications.value = null;
  notificationsError.value = null;
}
