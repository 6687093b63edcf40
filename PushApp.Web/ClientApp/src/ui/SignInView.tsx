import { useEffect, useRef, useState } from 'preact/hooks';
import { register, signIn, site } from '../state/session';
import { Icon, Logo } from './Icon';

type Mode = 'sign-in' | 'register';

export function SignInView() {
  const [mode, setMode] = useState<Mode>('sign-in');
  useEffect(() => {
    document.title = mode === 'sign-in' ? 'Sign in · PushApp' : 'Create your account · PushApp';
  }, [mode]);
  return (
    <main class="welcome">
      <section class="welcome-brand" aria-label="About PushApp">
        <Logo />
        <div class="welcome-words">
          <p class="welcome-line">Your contacts, the moment they change.</p>
          <p class="welcome-more">Bring in an address book, watch it arrive row by row, and hear at once when somebody shares a contact with you.</p>
        </div>
        <WelcomePicture />
      </section>
      <section class="welcome-form">
        <div class="welcome-card">
          <h1>{mode === 'sign-in' ? 'Sign in' : 'Create your account'}</h1>
          <CredentialsForm key={mode} mode={mode} />
          <p class="welcome-switch">
            {mode === 'sign-in' ? 'New here?' : 'Already have an account?'}{' '}
            <button type="button" class="text-button" onClick={() => setMode(mode === 'sign-in' ? 'register' : 'sign-in')}>
              {mode === 'sign-in' ? 'Create an account' : 'Sign in'}
            </button>
          </p>
          {site.value?.demo && <DemoOffer email={site.value.demo.email} password={site.value.demo.password} />}
        </div>
      </section>
    </main>
  );
}

function CredentialsForm({ mode }: { mode: Mode }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isShown, setShown] = useState(false);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => email.current?.focus(), []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await (mode === 'sign-in' ? signIn : register)(email.current!.value.trim(), password.current!.value);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
      password.current?.focus();
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span>E-mail address</span>
        <input ref={email} type="email" name="email" autocomplete="username" required aria-describedby={error ? 'credentials-error' : undefined} />
      </label>
      <div class="field">
        <label for="password">Password</label>
        <div class="field-with-button">
          <input
            id="password"
            ref={password}
            // Preact's types tie an input's attributes to one kind of input.
            type={(isShown ? 'text' : 'password') as 'password'}
            name="password"
            autocomplete={mode === 'sign-in' ? 'current-password' : 'new-password'}
            minLength={mode === 'register' ? 8 : undefined}
            required
            aria-describedby={mode === 'register' ? 'password-hint' : undefined}
          />
          <button type="button" class="icon-button small" aria-pressed={isShown} aria-label="Show the password" onClick={() => setShown(!isShown)}>
            <Icon name="eye" size={18} />
          </button>
        </div>
        {mode === 'register' && (
          <span id="password-hint" class="hint">
            At least 8 characters; a few words make a good one.
          </span>
        )}
      </div>
      <div role="alert">
        {error && (
          <p id="credentials-error" class="form-error">
            {error}
          </p>
        )}
      </div>
      <button type="submit" class="button primary wide" disabled={isBusy}>
        {isBusy ? 'One moment…' : mode === 'sign-in' ? 'Sign in' : 'Create account'}
      </button>
    </form>
  );
}

function DemoOffer({ email, password }: { email: string; password: string }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  return (
    <div class="demo-offer">
      <p>Just looking?</p>
      <button
        type="button"
        class="button wide"
        disabled={isBusy}
        onClick={() => {
          setBusy(true);
          signIn(email, password).catch((failure: unknown) => {
            setError(failure instanceof Error ? failure.message : String(failure));
            setBusy(false);
          });
        }}
      >
        Try the demo account
      </button>
      <p class="hint">
        {email} · {password}
      </p>
      {error && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Three contacts on their way in: decoration. */
function WelcomePicture() {
  return (
    <div class="welcome-picture" aria-hidden="true">
      {[
        ['AN', 'Amara Novak', 'Juniper Labs'],
        ['HS', 'Hugo Silva', 'Cobalt Studio'],
        ['MC', 'Mei Chen', 'Harbour Coffee'],
      ].map(([letters, name, company], index) => (
        <div class="welcome-contact" key={name}>
          <span class={`avatar tint-${index}`}>{letters}</span>
          <span>
            <strong>{name}</strong>
            {company}
          </span>
          <Icon name="check" size={18} />
        </div>
      ))}
    </div>
  );
}
