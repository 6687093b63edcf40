import { useState } from 'preact/hooks';
import { getEvents } from '../../inspector/api';
import { formatSpan } from '../../inspector/steps';
import type { EventSummary } from '../../inspector/types';
import { journeyUrl } from '../../state/router';
import { formatBytes, formatNumber } from '../format';
import { Link } from '../Link';
import { Failed, Filter, Missing, Nothing, Time } from './parts';
import { PublishForm } from './PublishForm';
import { useLive } from './useLive';

export function EventsTab() {
  const [search, setSearch] = useState('');
  const [ephemeral, setEphemeral] = useState(false);
  const { value, error, reload } = useLive((signal) => getEvents(search, ephemeral, signal), [search, ephemeral]);
  return (
    <>
      <PublishForm />
      <div class="filters">
        <Filter label="Search events" placeholder="Channel, event, id or trace" value={search} onChange={setSearch} />
        <label class="check">
          <input type="checkbox" checked={ephemeral} onChange={(event) => setEphemeral(event.currentTarget.checked)} />
          With those that are not logged
        </label>
      </div>
      {error !== null && <Failed error={error} onRetry={reload} />}
      {value && <Missing count={value.missingNodes} />}
      {value === null ? (
        error === null && (
          <p class="muted" role="status">
            Asking the nodes…
          </p>
        )
      ) : value.items.length === 0 ? (
        <Nothing title={search === '' ? 'Nothing has been published lately' : `No recent event matches “${search}”`}>
          {search === '' ? 'Publish a test event above, or start an import, and watch it travel.' : 'Search looks at the events that the nodes remember, by channel, name, trace, or how the id begins.'}
        </Nothing>
      ) : (
        <EventTable events={value.items} />
      )}
    </>
  );
}

export function EventTable({ events }: { events: readonly EventSummary[] }) {
  return (
    <div class="table-scroll">
      <table class="data-table cards">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Event</th>
            <th scope="col">Channel</th>
            <th scope="col" class="number">
              Connections
            </th>
            <th scope="col" class="number">
              Written after
            </th>
            <th scope="col" class="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={`${event.channel} ${event.id}`}>
              <td data-label="Time">
                <Time at={event.time} />
              </td>
              <td class="card-title">
                <Link to={journeyUrl(event.channel, event.id)} class="row-link">
                  {event.event}
                </Link>
                {!event.isLogged && <span class="tag">not logged</span>}
              </td>
              <td class="breaks" data-label="Channel">{event.channel}</td>
              <td class="number tabular" data-label="Connections">{formatNumber(event.connections)}</td>
              <td class="number tabular" data-label="Written after">{event.writtenAt === null ? '–' : formatSpan(Math.max(0, event.writtenAt - event.time))}</td>
              <td class="number tabular" data-label="Size">{formatBytes(event.bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
