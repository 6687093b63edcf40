import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import type { Notification, Page } from '../api/types';

export const notifications = signal<readonly Notification[] | null>(null);
export const notificationsError = signal<string | null>(null);
/** Unread ones that are too old to be among those that are shown. */
const olderUnread = signal(0);
export const unreadCount = computed(() => olderUnread.value + countUnread(notifications.value ?? []));

/** Whether there are older ones than those that are shown. */
export const hasOlderNotifications = signal(false);

const PageSize = 50;
/** How many are shown: what comes in on top pushes out the oldest. */
let shown = PageSize;

/** What was heard while answers are on their way: they may be older than that, so it is told again on top of each. */
interface Loading {
  readonly heard: (() => void)[];
}
let loading: Loading | null = null;
const loadingOlder = new Set<Loading>();

/** Loads what there is. A later call takes the place of one under way. */
export async function loadNotifications(): Promise<void> {
  const mine = { heard: [] as (() => void)[] };
  loading = mine;
  try {
    const page = await request<Page<Notification> & { readonly unread: number }>('GET', `/api/notifications?pageSize=${PageSize}`);
    if (loading !== mine) {
      return;
    }
    shown = PageSize;
    notifications.value = page.items;
    hasOlderNotifications.value = page.items.length < page.total;
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

/** Begins anew at each sign-out: an answer to somebody else's question is not shown. */
let generation = 0;

/** Loads the next older ones, behind those that are shown. */
export async function loadOlderNotifications(): Promise<void> {
  const mine = generation;
  const here: Loading = { heard: [] };
  loadingOlder.add(here);
  try {
    const number = Math.floor((notifications.value?.length ?? 0) / PageSize) + 1;
    const page = await request<Page<Notification> & { readonly unread: number }>('GET', `/api/notifications?page=${number}&pageSize=${PageSize}`);
    if (generation !== mine) {
      return;
    }
    const known = notifications.value ?? [];
    const all = [...known, ...page.items.filter((item) => !known.some((other) => other.id === item.id))];
    shown = Math.max(PageSize, all.length);
    notifications.value = all;
    olderUnread.value = Math.max(0, page.unread - countUnread(all));
    hasOlderNotifications.value = number * PageSize < page.total;
    here.heard.forEach((tell) => tell());
  } finally {
    loadingOlder.delete(here);
  }
}

function hear(tell: () => void): void {
  loading?.heard.push(tell);
  loadingOlder.forEach(({ heard }) => heard.push(tell));
}

/** A new one came. False when it is known already, as after a resume. */
export function addNotification(notification: Notification): boolean {
  hear(() => insert(notification));
  return insert(notification);
}

interface Read {
  readonly ids?: readonly string[];
  readonly all?: boolean;
}

/** They were read, here or in another tab or on another device. */
export function applyRead(read: Read): void {
  hear(() => markAsRead(read));
  markAsRead(read);
}

export function markRead(id: string): Promise<void> {
  return mark({ ids: [id] }, `/api/notifications/${id}/read`);
}

export function markAllRead(): Promise<void> {
  return mark({ all: true }, '/api/notifications/read');
}

/** Shows them as read at once, and as unread again where the server was not told. */
async function mark(read: Read, path: string): Promise<void> {
  const mine = generation;
  const before = olderUnread.value;
  const marked = new Set((notifications.value ?? []).filter((item) => !item.read && covers(read, item.id)).map(({ id }) => id));
  applyRead(read);
  const older = before - olderUnread.value;
  try {
    await request('POST', path);
  } catch (error) {
    if (generation === mine) {
      const restore = () => {
        notifications.value = (notifications.value ?? []).map((item) => (marked.has(item.id) ? { ...item, read: false } : item));
        olderUnread.value += older;
      };
      hear(restore);
      restore();
    }
    throw error;
  }
}

function covers(read: Read, id: string): boolean {
  return read.all === true || read.ids?.includes(id) === true;
}

function insert(notification: Notification): boolean {
  const known = notifications.value ?? [];
  if (known.some((other) => other.id === notification.id)) {
    return false;
  }
  const all = [notification, ...known];
  notifications.value = all.slice(0, shown);
  olderUnread.value += countUnread(all.slice(shown));
  hasOlderNotifications.value ||= all.length > shown;
  return true;
}

function markAsRead(read: Read): void {
  const known = notifications.value ?? [];
  const ids = new Set(read.ids);
  if (read.all === true) {
    olderUnread.value = 0;
  } else if (notifications.value !== null) {
    // Those that are not shown are older: only unread ones are marked, and each of them once.
    const knownIds = new Set(known.map((notification) => notification.id));
    olderUnread.value = Math.max(0, olderUnread.value - [...ids].filter((id) => !knownIds.has(id)).length);
  }
  notifications.value = known.map((notification) => (covers(read, notification.id) ? { ...notification, read: true } : notification));
}

function countUnread(all: readonly Notification[]): number {
  return all.filter((notification) => !notification.read).length;
}

export function forgetNotifications(): void {
  generation++;
  loading = null;
  olderUnread.value = 0;
  shown = PageSize;
  hasOlderNotifications.value = false;
  notifications.value = null;
  notificationsError.value = null;
}
