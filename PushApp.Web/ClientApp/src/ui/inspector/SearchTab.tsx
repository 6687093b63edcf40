import { useEffect, useState } from 'preact/hooks';
import { getJourney, getUser } from '../../inspector/api';
import { nodeName } from '../../inspector/names';
import type { ConnectionReport, JourneyAnswer, Outcome, UserReport, Verdict } from '../../inspector/types';
import { inspectorQuery, journeyUrl, navigate } from '../../state/router';
import { count } from '../format';
import { Link } from '../Link';
import { JourneyPane } from './JourneyTab';
import { carrierName, Missing, Nothing, Time } from './parts';

const outcomes: Record<Outcome, string> = {
  Shown: 'Shown',
  WrittenNotShown: 'Written, but not shown',
  Queued: 'Waits for the client',
  Dropped: 'Dropped: queue full',
  NotPermitted: 'Not permitted',
  NotConnected: 'Not connected',
  Expired: 'Expired from the log',
  Unknown: 'Not known',
};

type Found = { readonly kind: 'event'; readonly answer: JourneyAnswer } | { readonly kind: 'user'; readonly report: UserReport };

/** Whether a user got an event, and if not, why. What is asked for stands in the address, so that the answer can be passed on. */
export function SearchTab() {
  const { user: askedUser, id: askedId, channel: askedChannel } = inspectorQuery.value;
  const [user, setUser] = useState(askedUser);
  const [id, setId] = useState(askedId);
  const [channel, setChannel] = useState(askedChannel);
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [asked, setAsked] = useState(0);

  useEffect(() => {
    // Also by the browser's way back.
    setUser(askedUser);
    setId(askedId);
    setChannel(askedChannel);
    if (askedUser === '' && askedId === '') {
      setFound(null);
      setError(null);
      setBusy(false);
      return undefined;
    }
    const abort = new AbortController();
    setBusy(true);
    setError(null);
    setFound(null);
    const look: Promise<Found> =
      askedId === ''
        ? getUser(askedUser, abort.signal).then((report) => ({ kind: 'user', report }))
        : getJourney(askedId, askedChannel, askedUser, abort.signal).then((answer) => ({ kind: 'event', answer }));
    look
      .then(setFound, (failure: unknown) => !abort.signal.aborted && setError(failure instanceof Error ? failure.message : String(failure)))
      .finally(() => !abort.signal.aborted && setBusy(false));
    return () => abort.abort();
  }, [askedUser, askedId, askedChannel, asked]);

  return (
    <>
      <form
        class="card ask"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const query = new URLSearchParams();
          for (const [name, value] of [['user', user.trim()], ['id', id.trim()], ['channel', channel.trim()]] as const) {
            if (value !== '') {
              query.set(name, value);
            }
          }
          navigate(`/inspector/search?${query.toString()}`);
          setAsked((before) => before + 1);
        }}
      >
        <label class="field">
          <span>User</span>
          <input type="text" name="user" value={user} maxLength={256} placeholder="ann@example.com" autocomplete="off" spellcheck={false} onInput={(event) => setUser(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Event’s id</span>
          <input type="text" name="id" value={id} maxLength={200} placeholder="42-9f3c01ab" autocomplete="off" spellcheck={false} onInput={(event) => setId(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>Channel, if known</span>
          <input type="text" name="channel" value={channel} maxLength={300} placeholder="broadcast" autocomplete="off" spellcheck={false} onInput={(event) => setChannel(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button primary" disabled={isBusy || (user.trim() === '' && id.trim() === '')}>
          {isBusy ? 'Asking…' : 'Find out'}
        </button>
      </form>
      <div aria-live="polite">
        {error !== null && <p class="form-error">{error}</p>}
        {found?.kind === 'event' && <EventAnswer answer={found.answer} user={askedUser} />}
        {found?.kind === 'user' && <UserAnswer report={found.report} />}
      </div>
      {found === null && error === null && !isBusy && (
        <Nothing title="Why did they not see it?">
          Name a user, an event, or both. A user alone shows their connections and what became of the newest events to them; an event alone shows its journey; both tell whether that user got that event and, if
          not, why. The id of an event is its position, which publishing answers and the list of events shows.
        </Nothing>
      )}
    </>
  );
}

function EventAnswer({ answer, user }: { answer: JourneyAnswer; user: string }) {
  return (
    <>
      {answer.verdict && <VerdictBox verdict={answer.verdict} user={user} />}
      <JourneyPane journey={answer.journey} />
    </>
  );
}

function VerdictBox({ verdict, user }: { verdict: Verdict; user: string }) {
  return (
    <section class={`card verdict verdict-${tone(verdict.outcome)}`} aria-label={`Whether ${user} got it`}>
      <h2 data-outcome={verdict.outcome}>{outcomes[verdict.outcome]}</h2>
      <p>{verdict.explanation}</p>
      {!verdict.isExact && <p class="muted">Concluded, not noted: nodes note the first few connections of each event.</p>}
    </section>
  );
}

function tone(outcome: Outcome): 'good' | 'warn' | 'bad' {
  return outcome === 'Shown' ? 'good' : outcome === 'WrittenNotShown' || outcome === 'Queued' || outcome === 'Unknown' ? 'warn' : 'bad';
}

/** A channel may be joined long after the connection came, and what was published to it before was not written to it. */
function HoldsOwn({ connection: { since, channelSince } }: { connection: ConnectionReport }) {
  return (
    <span class="muted sub">
      {channelSince === null ? 'Does not hold their own channel' : channelSince - since < 1000 ? 'Holds their own channel from the beginning' : <>Holds their own channel since <Time at={channelSince} /></>}
    </span>
  );
}

function UserAnswer({ report }: { report: UserReport }) {
  return (
    <div class="user-answer">
      <Missing count={report.missingNodes} />
      <section aria-labelledby="user-connections">
        <h2 id="user-connections" class="section-title">
          {report.connections.length === 0 ? `${report.user} is not connected` : `${report.user} has ${count(report.connections.length, 'connection')}`}
        </h2>
        <ul class="plain-list">
          {report.connections.map((connection) => (
            <li key={connection.id}>
              {carrierName(connection.carrier)}
              {connection.namespace === null ? '' : ` ${connection.namespace}`} on <span title={connection.node}>{nodeName(connection.node)}</span> since <Time at={connection.since} />, with {connection.channels.join(', ')}
              {connection.channelCount > connection.channels.length ? ' and more' : ''}
              <HoldsOwn connection={connection} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="user-events">
        <h2 id="user-events" class="section-title">
          Newest events to {report.user}
        </h2>
        {report.events.length === 0 ? (
          <p class="muted">No node remembers any in their own channel.</p>
        ) : (
          <ul class="plain-list">
            {report.events.map(({ event, verdict }) => (
              <li key={event.id}>
                <Time at={event.time} />{' '}
                <Link to={journeyUrl(event.channel, event.id)} class="text-link">
                  {event.event}
                </Link>{' '}
                <span class={`tag ${tone(verdict.outcome)}`}>{outcomes[verdict.outcome]}</span>
                <span class="muted sub">{verdict.explanation}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {report.ends.length > 0 && (
        <section aria-labelledby="user-ends">
          <h2 id="user-ends" class="section-title">
            Connections that ended
          </h2>
          <ul class="plain-list">
            {report.ends.slice(0, 10).map((end) => (
              <li key={end.connectionId}>
                <Time at={end.endedAt} /> {carrierName(end.carrier)}: {end.reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.refusals.length > 0 && (
        <section aria-labelledby="user-refusals">
          <h2 id="user-refusals" class="section-title">
            Refused
          </h2>
          <ul class="plain-list">
            {report.refusals.slice(0, 10).map((refusal) => (
              <li key={`${refusal.channel} ${refusal.at}`}>
                <Time at={refusal.at} /> {refusal.channel} ({refusal.access})
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
