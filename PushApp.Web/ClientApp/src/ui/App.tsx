import { useEffect, useState } from 'preact/hooks';
import { chat } from '../chat';
import { uploading } from '../state/imports';
import { view, type View } from '../state/router';
import { loadSite, site, siteError, userName } from '../state/session';
import { ChatView } from './chat/ChatView';
import { ContactsView } from './contacts/ContactsView';
import { Header } from './Header';
import { ImportsView } from './imports/ImportsView';
import { ImportStrip } from './imports/ImportStrip';
import { Logo } from './Icon';
import { NotFoundView } from './NotFoundView';
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
  if (userName.value !== null) {
    return <Shell />;
  }
  return view.value === 'missing' ? (
    <main class="splash">
      <NotFoundView />
    </main>
  ) : (
    <SignInView />
  );
}

const titles: Record<View, string> = { contacts: 'Contacts', imports: 'Imports', chat: 'Chat', inspector: 'Inspector', missing: 'Not found' };

function Shell() {
  const shown = view.value;
  const title = titles[shown];
  useEffect(() => {
    document.title = `${title} · PushApp`;
  }, [title]);
  useEffect(() => {
    window.addEventListener('beforeunload', keepWhatIsUnderWay);
    return () => window.removeEventListener('beforeunload', keepWhatIsUnderWay);
  }, []);
  return (
    <>
      <a class="skip-link" href="#content">
        Skip to content
      </a>
      <Header />
      {shown !== 'imports' && <ImportStrip />}
      <main id="content" class={shown === 'chat' ? 'content chat-content' : 'content'} tabIndex={-1}>
        {shown === 'imports' ? <ImportsView /> : shown === 'chat' ? <ChatView /> : shown === 'inspector' ? <Inspector /> : shown === 'missing' ? <NotFoundView /> : <ContactsView />}
      </main>
    </>
  );
}

/** A file on its way, and messages that wait for the connection, are in this page alone: the browser asks before it lets go of them. */
function keepWhatIsUnderWay(event: BeforeUnloadEvent): void {
  if (uploading.value !== null || chat.value?.hasUnsent.value === true) {
    event.preventDefault();
  }
}

/** What few people need comes when it is first asked for. */
function Inspector() {
  const [View, setView] = useState<(() => preact.JSX.Element) | null>(null);
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    import('./inspector/InspectorView').then(
      (module) => setView(() => module.default),
      () => setFailed(true),
    );
  }, []);
  if (hasFailed) {
    return (
      <p class="notice error" role="alert">
        The Inspector could not be loaded. Reload the page to try again.
      </p>
    );
  }
  return View ? <View /> : <p aria-busy="true" />;
}
