import { useEffect, useState } from 'preact/hooks';
import { getChannel, publish } from '../../inspector/api';
import { userChannel } from '../../inspector/names';
import type { ChannelAnswer, Published } from '../../inspector/types';
import { journeyUrl } from '../../state/router';
import { userName } from '../../state/session';
import { count } from '../format';
import { Link } from '../Link';
import { Time } from './parts';
import { useLive } from './useLive';

/** So long after the last key the channel is asked for. */
const TypingPause = 250;

/** Publishes a test event, says who is there to get it, and leads to its journey. */
export function PublishForm() {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="card publish" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Publish a test event</summary>
      {isOpen && <Form />}
    </details>
  );
}

interface Sent {
  readonly event: string;
  readonly published: Published;
  /** Connections that held the channel before. */
  readonly before: number | null;
}

function Form() {
  const [channel, setChannel] = useState(userChannel(userName.value ?? ''));
  const [name, setName] = useState('test');
  const [data, setData] = useState('{"text":"Hello"}');
  const [history, setHistory] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [isBusy, setBusy] = useState(false);
  const asked = usePause(channel.trim());
  const { value, error: fault, reload } = useLive(async (signal) => ({ asked, answer: await getChannel(asked, signal) }), [asked]);
  // An answer to what stood there before says nothing of what stands there now.
  const isCurrent = asked === channel.trim();
  const here = isCurrent && fault === null && value?.asked === asked ? value.answer : null;
  const wrong = isCurrent ? fault : null;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setSent(null);
    try {
      const published = await publish({ channel: channel.trim(), event: name.trim(), data, history });
      setSent({ event: name.trim(), published, before: here?.subscribers ?? null });
      reload();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <div class="publish-fields">
        <div class="field">
          <label for="publish-channel">Channel</label>
          <input
            id="publish-channel"
            type="text"
            name="channel"
            required
            value={channel}
            aria-invalid={wrong !== null}
            aria-describedby="publish-channel-says"
            onInput={(event) => setChannel(event.currentTarget.value)}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
          <p id="publish-channel-says" class={`hint ${wrong !== null ? 'bad' : here?.subscribers === 0 ? 'warn' : ''}`} role="status">
            {wrong ?? (here ? <Subscribers answer={here} history={history} /> : '\u00a0')}
          </p>
        </div>
        <label class="field">
          <span>Event</span>
          <input type="text" name="event" required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
      </div>
      <label class="field">
        <span>Data</span>
        <textarea name="data" rows={3} value={data} onInput={(event) => setData(event.currentTarget.value)} spellcheck={false} />
      </label>
      <label class="check">
        <input type="checkbox" checked={history} onChange={(event) => setHistory(event.currentTarget.checked)} />
        Keep it in the channel’s log, for those who come back
      </label>
      <div role="alert">{error && <p class="form-error">{error}</p>}</div>
      <div class="publish-foot">
        <button type="submit" class="button primary" disabled={isBusy || wrong !== null}>
          Publish
        </button>
        <div role="status">{sent && <Outcome sent={sent} after={here && here.channel === sent.published.channel ? here.subscribers : null} />}</div>
      </div>
    </form>
  );
}

function Subscribers({ answer: { subscribers, missingNodes }, history }: { answer: ChannelAnswer; history: boolean }) {
  const unsure = missingNodes === 0 ? '' : ' (not all nodes answered)';
  return (
    <>
      {subscribers > 0
        ? `${count(subscribers, 'connection')} ${subscribers === 1 ? 'holds' : 'hold'} this channel now${unsure}.`
        : `Nobody holds this channel now${unsure}: the event is written to nobody${history ? ', and waits in the log for those who come back.' : ' and, without a log, lost.'}`}
    </>
  );
}

function Outcome({ sent: { event, published, before }, after }: { sent: Sent; after: number | null }) {
  const counts = [before === null ? null : `${count(before, 'subscriber')} before`, after === null ? null : `${after} now`].filter(Boolean).join(', ');
  return (
    <p class="publish-outcome">
      <span>
        <strong>{event}</strong> went to <span class="breaks">{published.channel}</span> at <Time at={published.time} />
        {counts === '' ? '' : ` (${counts})`}.
      </span>{' '}
      {published.id === null ? (
        'It has no log and so no id: find it in the list below, with those that are not logged.'
      ) : (
        <Link to={journeyUrl(published.channel, published.id)} class="text-link">
          Follow its journey
        </Link>
      )}
    </p>
  );
}

/** A text that is typed, as it stood when the typing last paused. */
function usePause(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TypingPause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
