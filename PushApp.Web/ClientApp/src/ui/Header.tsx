import { useRef } from 'preact/hooks';
import { activeImport } from '../state/imports';
import { view } from '../state/router';
import { signOut, userName } from '../state/session';
import { showError } from '../state/toasts';
import { ConnectionState } from './ConnectionState';
import { initials } from './format';
import { Icon, Logo } from './Icon';
import { Link } from './Link';
import { NotificationBell } from './NotificationBell';
import { usePopover } from './usePopover';

export function Header() {
  const isImports = view.value === 'imports';
  return (
    <header class="header">
      <div class="header-inner">
        <a class="home" href="/" aria-label="PushApp, contacts">
          <Logo />
        </a>
        <nav class="nav" aria-label="Main">
          <Link to="/" isCurrent={!isImports}>
            <Icon name="people" />
            Contacts
          </Link>
          <Link to="/imports" isCurrent={isImports}>
            <Icon name="upload" />
            Imports
            {activeImport.value && <span class="nav-dot" title="An import is running" />}
          </Link>
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
