import { useState } from 'preact/hooks';
import { publish } from '../../inspector/api';
import type { Published } from '../../inspector/types';
import { journeyUrl, navigate } from '../../state/router';
import { userName } from '../../state/session';
import { Link } from '../Link';

/** Publishes a test event, and leads to its journey. */
export function PublishForm() {
  const [channel, setChannel] = useState(`user:${encodeURIComponent(userName.value ?? '')}`);
  const [name, setName] = useState('test');
  const [data, setData] = useState('{"text":"Hello"}');
  const [history, setHistory] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const [published, setPublished] = useState<Published | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    setPublished(null);
    try {
      const result = await publish({ channel: channel.trim(), event: name.trim(), data, history });
      if (result.id !== null) {
        navigate(journeyUrl(result.channel, result.id));
      } else {
        setPublished(result);
      }
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <details class="card publish">
      <summary>Publish a test event</summary>
      <form onSubmit={(event) => void submit(event)}>
        <div class="publish-fields">
          <label class="field">
            <span>Channel</span>
            <input type="text" name="channel" required value={channel} onInput={(event) => setChannel(event.currentTarget.value)} autocomplete="off" spellcheck={false} />
          </label>
          <label class="field">
            <span>Event</span>
            <input type="text" name="event" required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} autocomplete="off" spellcheck={false} />
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
        <p role="status">
          {published && (
            <>
              Published. It has no log and so no id: find it in the list, <Link to="/inspector/events">with those that are not logged</Link>.
            </>
          )}
        </p>
        <button type="submit" class="button primary" disabled={isBusy}>
          Publish
        </button>
      </form>
    </details>
  );
}
