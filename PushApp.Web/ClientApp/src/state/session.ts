import { effect, signal } from '@preact/signals';
import { ApiError, request, whenSignedOut } from '../api/http';
import type { Import, Notification, SiteInfo } from '../api/types';
import { bePresent, leave } from '../presence/presence';
import { closeSockets } from '../socket/manager';
import { forgetContacts, loadContacts } from './contacts';
import { activeImport, applyImport, applyQueue, forgetImports, loadImports, loadQueue, refreshActive } from './imports';
import { goLive, liveState, stopLive } from './live';
import { addNotification, applyRead, forgetNotifications, loadNotifications } from './notifications';
import { finishShows, forgetShows } from '../telemetry/shown';
import { showToast } from './toasts';

export const site = signal<SiteInfo | null>(null);
export const siteError = signal<string | null>(null);
export const userName = signal<string | null>(null);
/** Whether the Inspector is open to whoever is signed in. */
export const mayInspect = signal(false);

/** How often a running import is asked for while no stream tells of it. */
const PollInterval = 3_000;

/** How long a sign-out waits for the page's last spans to be sent. */
const FinishWithin = 1_000;

export async function loadSite(): Promise<void> {
  try {
    siteError.value = null;
    const loaded = await request<SiteInfo>('GET', '/api/site');
    site.value = loaded;
    if (loaded.user) {
      begin(loaded.user.userName, loaded.user.mayInspect);
    }
  } catch (error) {
    siteError.value = error instanceof Error ? error.message : String(error);
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  try {
    await request('POST', '/api/account/login?useCookies=true', { email, password });
  } catch (error) {
    throw error instanceof ApiError && error.status === 401 ? new Error(signInMessage(error)) : error;
  }
  const me = await request<{ userName: string; mayInspect: boolean }>('GET', '/api/account/me');
  begin(me.userName, me.mayInspect);
}

export async function register(email: string, password: string): Promise<void> {
  try {
    await request('POST', '/api/account/register', { email, password });
  } catch (error) {
    const isTaken = error instanceof ApiError && Object.keys(error.problem.errors ?? {}).some((code) => code.startsWith('Duplicate'));
    throw isTaken ? new Error('There is already an account with this e-mail address. Sign in instead.') : error;
  }
  await signIn(email, password);
}

export async function signOut(): Promise<void> {
  // Nothing of it can be sent afterwards. It must not keep anybody from going, though.
  await Promise.race([finishShows(), new Promise((done) => setTimeout(done, FinishWithin))]);
  await request('POST', '/api/account/logout');
  end();
}

whenSignedOut(() => {
  if (userName.value !== null) {
    end();
    showToast('info', 'You are signed out', 'Sign in again to go on.');
  }
});

function begin(name: string, inspects: boolean): void {
  userName.value = name;
  mayInspect.value = inspects;
  reload();
  goLive(name, {
    events: {
      'import.progress': (job: Import) => applyImport(job),
      'import.completed': (job: Import) => {
        applyImport(job);
        void loadContacts();
      },
      'import.failed': (job: Import) => applyImport(job),
      'import.cancelled': (job: Import) => {
        applyImport(job);
        void loadContacts();
      },
      'import.queue': applyQueue,
      'contact.shared': () => void loadContacts(),
      notification: (notification: Notification) => announce(notification),
      'notification.read': (read: { ids?: string[]; all?: boolean }) => applyRead(read),
    },
    reload,
    signedOut: () => {
      if (userName.value !== null) {
        end();
        showToast('info', 'You are signed out', 'This sign-in was ended, here or elsewhere.');
      }
    },
  });
  bePresent();
}

function end(): void {
  stopLive();
  forgetShows();
  closeSockets();
  leave();
  userName.value = null;
  mayInspect.value = false;
  forgetContacts();
  forgetImports();
  forgetNotifications();
}

function reload(): void {
  void loadContacts();
  void loadImports();
  void loadQueue().catch(() => undefined);
  void loadNotifications();
}

function announce(notification: Notification): void {
  if (addNotification(notification)) {
    const tone = notification.kind === 'import.failed' ? 'error' : notification.kind === 'import.completed' ? 'success' : 'info';
    showToast(tone, notification.title, notification.text, notification.url);
  }
}

function signInMessage(error: ApiError): string {
  return error.problem.code === 'Failed' ? 'E-mail address or password is wrong.' : error.message;
}

// Without a stream, a running import still moves.
effect(() => {
  if (activeImport.value === null || liveState.value === 'live') {
    return undefined;
  }
  const timer = setInterval(() => void refreshActive().catch(() => undefined), PollInterval);
  return () => clearInterval(timer);
});
