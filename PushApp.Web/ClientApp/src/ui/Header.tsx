import { useRef } from 'preact/hooks';
import { chat } from '../chat';
import { activeImport } from '../state/imports';
import { view } from '../state/router';
import { mayInspect, signOut, userName } from '../state/session';
import { showError } from '../state/toasts';
import { ConnectionState } from './ConnectionState';
import { count, initials } from './format';
import { Icon, Logo } from './Icon';
import { Link } from './Link';
import { LiveTransportChoice } from './LiveTransportChoice';
import { NotificationBell } from './NotificationBell';
import { usePopover } from './usePopover';

export function Header() {
  const shown = view.value;
  const unread = chat.value?.totalUnread.value ?? 0;
  return (
    <header class="header">
      <div class="header-inner">
        <Link to="/" class="home" label="PushApp, contacts">
          <Logo />
        </Link>
        <nav class="nav" aria-label="Main">
          <Link to="/" isCurrent={shown === 'contacts'}>
            <Icon name="people" />
            Contacts
          </Link>
          <Link to="/imports" isCurrent={shown === 'imports'}>
            <Icon name="upload" />
            Imports
            {activeImport.value && <span class="nav-dot" title="An import is running" />}
          </Link>
          <Link to="/chat" isCurrent={shown === 'chat'}>
            <Icon name="chat" />
            Chat
            {unread > 0 && (
              <span class="nav-count" title={count(unread, 'unread message')}>
                {unread > 99 ? '99+' : unread}
              </span>
            )}
          </Link>
          {mayInspect.value && (
            <Link to="/inspector" isCurrent={shown === 'inspector'}>
              <Icon name="pulse" />
              Inspector
            </Link>
          )}
        </nav>
        <div class="header-end">
          <ConnectionState />
          <NotificationBell />
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}

function AccountMenu() {
  const root = useRef<HTMLDivElement>(null);
  const { isOpen, toggle, close } = usePopover(root);
  const name = userName.value ?? '';
  return (
    <div class="popover-root" ref={root}>
      <button type="button" class="account-button" aria-expanded={isOpen} aria-controls="account-menu" aria-label={`Account, ${name}`} onClick={toggle}>
        {initials(name)}
      </button>
      {isOpen && (
        <div id="account-menu" class="popover account-menu">
          <p class="account-name">
            <span class="muted">Signed in as</span>
            <strong>{name}</strong>
          </p>
          <LiveTransportChoice />
          <button
            type="button"
            class="menu-item"
            onClick={() => {
              close();
              signOut().catch((error: unknown) => showError(error, 'You are still signed in'));
            }}
          >
            Sign out
          </button>
        </div>
      )}
    </div>
  );
}
