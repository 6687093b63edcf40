import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import type { Notification, Page } from '../api/types';

export const notifications = signal<readonly Notification[] | null>(null);
export const notificationsError = signal<string | null>(null);
export const unreadCount = computed(() => notifications.value?.filter((notification) => !notification.read).length ?? 0);

const Shown = 50;

export async function loadNotifications(): Promise<void> {
  try {
    const page = await request<Page<Notification>>('GET', `/api/notifications?pageSize=${Shown}`);
    notifications.value = page.items;
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

export function forgetNotifications(): void {
  notifications.value = null;
  notificationsError.value = null;
}
