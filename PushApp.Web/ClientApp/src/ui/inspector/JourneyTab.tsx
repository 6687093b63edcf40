import { getJourney } from '../../inspector/api';
import { settings } from '../../inspector/watch';
import type { Journey } from '../../inspector/types';
import { shownJourney } from '../../state/router';
import { count, formatBytes } from '../format';
import { Icon } from '../Icon';
import { Link } from '../Link';
import { DeliveryTable } from './DeliveryTable';
import { Failed, Missing, Time } from './parts';
import { useLive } from './useLive';
import { WaterfallView } from './WaterfallView';

const logs: Record<Journey['log'], string> = {
  Kept: 'In the log: those who come back get it',
  Expired: 'No longer in the log',
  NotLogged: 'Not logged',
  Unknown: 'The log could not be asked',
};

export function JourneyTab() {
  const { channel, id } = shownJourney.value;
  const { value, error, reload } = useLive((signal) => getJourney(id, channel, '', signal), [channel, id]);
  return (
    <>
      <Link to="/inspector/events" class="text-link with-icon back">
        <Icon name="chevronLeft" size={18} />
        All events
      </Link>
      {error !== null && <Failed error={error} onRetry={reload} />}
      {value === null ? (
        error === null && (
          <p class="muted" role="status">
            Asking the nodes…
          </p>
        )
      ) : (
        <JourneyPane journey={value.journey} />
      )}
    </>
  );
}

export function JourneyPane({ journey }: { journey: Journey }) {
  const { event, nodes } = journey;
  const trace = event.traceId === null || !event.isSampled ? null : settings.value?.traceUrl?.replace('{traceId}', event.traceId);
  const written = nodes.reduce((sum, node) => sum + node.connections, 0);
  return (
    <article class="journey" aria-labelledby="journey-title">
      <header class="journey-head">
        <h2 id="journey-title">{event.event === '' ? 'An event that is gone' : event.event}</h2>
        <p class="muted breaks">
          to {event.channel}
          {event.time > 0 && (
            <>
              , <Time at={event.time} />
            </>
          )}
        </p>
        {trace && (
          <a class="button" href={trace} target="_blank" rel="noreferrer">
            Open its trace
          </a>
        )}
      </header>
      <Missing count={journey.missingNodes} />
      <dl class="facts">
        <div>
          <dt>Id</dt>
          <dd class="mono">{event.id}</dd>
        </div>
        <div>
          <dt>Written to</dt>
          <dd>{count(written, 'connection')}</dd>
        </div>
        <div>
          <dt>Log</dt>
          <dd>
            {logs[journey.log]}
            {journey.log === 'Kept' && journey.expiresAt !== null && (
              <>
                , until <Time at={journey.expiresAt} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Size</dt>
          <dd>{formatBytes(event.bytes)}</dd>
        </div>
        {event.traceId !== null && (
          <div>
            <dt>Trace</dt>
            <dd class="mono breaks">
              {event.traceId}
              {!event.isSampled && <span class="tag">not sampled: nowhere to be seen</span>}
            </dd>
          </div>
        )}
      </dl>
      <WaterfallView journey={journey} />
      {nodes.length === 0 && (
        <p class="muted note">
          {journey.rememberedSince === null
            ? 'No node had a connection that holds this channel when it came, so it was written to nobody. Those who come back later get it from the log, if it is kept.'
            : 'No process that runs now remembers that it was written to anybody. One began after the event: what the one before it knew is gone with it.'}
        </p>
      )}
      <DeliveryTable nodes={nodes} />
      <details class="help">
        <summary>How to read this</summary>
        <p>
          Each bar reaches from the step before to its own; the number beside it is the time between. Times are by the clock of the machine that took them, so that a step may seem to come a little before
          the one it follows. “Written” means handed to the operating system for every connection of the node; “shown” is what a browser says of itself once it has painted what the event changed. Nodes
          note the first few connections of each event and count the others.
        </p>
      </details>
    </article>
  );
}
