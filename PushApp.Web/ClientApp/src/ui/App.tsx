import { useEffect } from 'preact/hooks';
import { view, type View } from '../state/router';
import { loadSite, site, siteError, userName } from '../state/session';
import { ChatView } from './chat/ChatView';
import { ContactsView } from './contacts/ContactsView';
import { Header } from './Header';
import { ImportsView } from './imports/ImportsView';
import { ImportStrip } from './imports/ImportStrip';
import { Logo } from './Icon';
import { SignInView } from './SignInView';
import { Toasts } from './Toasts';

export function App() {
  return (
    <>
      <Content />
      <Toasts />
    </>
  );
}

function Content() {
  if (siteError.value !== null) {
    return (
      <main class="splash">
        <Logo />
        <p role="alert">{siteError.value}</p>
        <button type="button" class="button primary" onClick={() => void loadSite()}>
          Try again
        </button>
      </main>
    );
  }
  if (site.value === null) {
    return (
      <main class="splash" aria-busy="true">
        <Logo />
        <p class="visually-hidden" role="status">
          Loading
        </p>
      </main>
    );
  }
  return userName.value === null ? <SignInView /> : <Shell />;
}

const titles: Record<View, string> = { contacts: 'Contacts', imports: 'Imports', chat: 'Chat' };

function Shell() {
  const shown = view.value;
  const title = titles[shown];
  useEffect(() => {
    document.title = `${title} · PushApp`;
  }, [title]);
  return (
    <>
      <a class="skip-link" href="#content">
        Skip to content
      </a>
      <Header />
      {shown !== 'imports' && <ImportStrip />}
      <main id="content" class={shown === 'chat' ? 'content chat-content' : 'content'} tabIndex={-1}>
        {shown === 'imports' ? <ImportsView /> : shown === 'chat' ? <ChatView /> : <ContactsView />}
      </main>
    </>
  );
}
