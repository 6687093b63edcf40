import { useEffect, useRef } from 'preact/hooks';
import type { Notification } from '../api/types';
import {
  hasOlderNotifications,
  loadNotifications,
  loadOlderNotifications,
  markAllRead,
  markRead,
  notifications,
  notificationsError,
  unreadCount,
} from '../state/notifications';
import { now } from '../state/now';
import { navigate } from '../state/router';
import { showError } from '../state/toasts';
import { count, formatTimeAgo } from './format';
import { Icon, type IconName } from './Icon';
import { usePopover } from './usePopover';

const icons: Record<Notification['kind'], IconName> = {
  'import.completed': 'check',
  'import.failed': 'cross',
  'import.cancelled': 'close',
  'contact.shared': 'share',
};

export function NotificationBell() {
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const { isOpen, toggle, close } = usePopover(root);
  const unread = unreadCount.value;
  useEffect(() => {
    if (isOpen) {
      panel.current?.focus();
    }
  }, [isOpen]);

  return (
    <div class="popover-root" ref={root}>
      <button
        type="button"
        class="icon-button bell"
        aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`}
        aria-expanded={isOpen}
        aria-controls="notifications"
        onClick={toggle}
      >
        <Icon name="bell" size={22} />
        {unread > 0 && <span class="badge">{unread > 99 ? '99+' : unread}</span>}
      </button>
      {isOpen && (
        <div id="notifications" class="popover notifications" ref={panel} tabIndex={-1} role="dialog" aria-label="Notifications">
          <div class="popover-head">
            <h2>Notifications</h2>
            {unread > 0 && (
              <button type="button" class="text-button" onClick={() => void markAllRead().catch((error: unknown) => showError(error, 'Not marked as read'))}>
                Mark all as read
              </button>
            )}
          </div>
          <Box onFollow={close} />
        </div>
      )}
    </div>
  );
}

function Box({ onFollow }: { onFollow: () => void }) {
  const all = notifications.value;
  if (all === null) {
    return notificationsError.value === null ? (
      <p class="popover-note" role="status">
        Loading…
      </p>
    ) : (
      <div class="popover-note" role="alert">
        <p>{notificationsError.value}</p>
        <button type="button" class="text-button" onClick={() => void loadNotifications()}>
          Try again
        </button>
      </div>
    );
  }
  if (all.length === 0) {
    return (
      <div class="popover-note">
        <Icon name="bell" size={28} />
        <p>All quiet. You will hear here when an import is done or somebody shares a contact with you.</p>
      </div>
    );
  }
  return (
    <ul class="notification-list">
      {all.map((notification) => (
        <li key={notification.id}>
          <button type="button" class={`notification ${notification.read ? '' : 'unread'}`} onClick={() => follow(notification, onFollow)}>
            <span class={`notification-mark ${notification.kind.replace('.', '-')}`}>
              <Icon name={icons[notification.kind] ?? 'bell'} size={16} />
            </span>
            <span class="notification-words">
              <strong>{notification.title}</strong>
              <span>{notification.text}</span>
              <time dateTime={notification.time}>{formatTimeAgo(notification.time, now.value)}</time>
            </span>
            {!notification.read && <span class="visually-hidden">Unread</span>}
          </button>
        </li>
      ))}
      {hasOlderNotifications.value && (
        <li>
          <button type="button" class="text-button" onClick={() => void loadOlderNotifications().catch((error: unknown) => showError(error, 'No more was loaded'))}>
            Show more
          </button>
        </li>
      )}
      <li class="visually-hidden">{count(all.length, 'notification')}</li>
    </ul>
  );
}

function follow(notification: Notification, onFollow: () => void): void {
  if (!notification.read) {
    markRead(notification.id).catch((error: unknown) => showError(error, 'Not marked as read'));
  }
  if (notification.url !== null) {
    onFollow();
    navigate(notification.url);
  }
}
