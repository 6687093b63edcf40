import { useState } from 'preact/hooks';
import { getConnections, PageSize } from '../../inspector/api';
import type { ConnectionReport } from '../../inspector/types';
import { count, formatBytes } from '../format';
import { DisconnectDialog } from './DisconnectDialog';
import { carrierName, duration, Failed, Filter, Missing, NodeLabel, Nothing, Pager, whose } from './parts';
import { useLive } from './useLive';

export function ConnectionsTab() {
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const { value, error, reload } = useLive((signal) => getConnections(search, page, signal), [search, page]);

  const [chosen, setChosen] = useState<ConnectionReport | null>(null);

  return (
    <>
      <Filter
        label="Search connections"
        placeholder="User, address, channel, transport or id"
        value={search}
        onChange={(text) => {
          setSearch(text);
          setPage(1);
        }}
      />
      {error !== null && <Failed error={error} onRetry={reload} />}
      {value && <Missing count={value.missingNodes} />}
      <p class="muted" role="status">
        {value === null ? (error === null ? 'Asking the nodes…' : '') : `${count(value.total, 'connection')}${search === '' ? '' : ` for “${search}”`}`}
      </p>
      {value?.total === 0 && (
        <Nothing title={search === '' ? 'Nobody is connected' : `No connection matches “${search}”`}>
          Search looks at user names, API keys’ ids, addresses, channels, transports, and how the id begins. Who is not signed in is a “visitor”.
        </Nothing>
      )}
      {value && value.items.length > 0 && <ConnectionTable connections={value.items} onDisconnect={setChosen} />}
      {value && <Pager label="Pages of connections" page={page} size={PageSize} total={value.total} onPage={setPage} />}
      {chosen && (
        <DisconnectDialog
          connection={chosen}
          onClose={() => {
            setChosen(null);
            reload();
          }}
        />
      )}
    </>
  );
}

export function ConnectionTable({ connections, onDisconnect }: { connections: readonly ConnectionReport[]; onDisconnect: (connection: ConnectionReport) => void }) {
  return (
    <div class="table-scroll">
      <table class="data-table cards">
        <thead>
          <tr>
            <th scope="col">User</th>
            <th scope="col">By</th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Queue
            </th>
            <th scope="col" class="number">
              Round trip
            </th>
            <th scope="col">Address</th>
            <th scope="col">Node</th>
            <th scope="col">
              <span class="visually-hidden">Disconnect</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {connections.map((connection) => (
            <tr key={connection.id}>
              <td class="breaks card-title">
                <strong>{whose(connection)}</strong>
                <span class="muted sub" title={connection.channels.join('\n')}>
                  {connection.channelCount === 1 ? connection.channels[0] : count(connection.channelCount, 'channel')}
                </span>
              </td>
              <td data-label="By">
                {carrierName(connection.carrier)}
                {connection.namespace !== null && <span class="muted sub">Socket.IO {connection.namespace}</span>}
              </td>
              <td class="tabular" data-label="Since">{duration(Math.max(0, (Date.now() - connection.since) / 1000))}</td>
              <td class="number tabular" data-label="Queue">{formatBytes(connection.queuedBytes)}</td>
              <td class="number tabular" data-label="Round trip">{connection.roundTripMs === null ? '–' : `${connection.roundTripMs} ms`}</td>
              <td class="mono" data-label="Address">{connection.address ?? '–'}</td>
              <td data-label="Node">
                <NodeLabel node={connection.node} />
              </td>
              <td class="card-action">
                <button
                  type="button"
                  class="button small danger"
                  aria-label={`Disconnect ${whose(connection)}, ${carrierName(connection.carrier)} ${connection.namespace ?? ''}`.trim()}
                  onClick={() => onDisconnect(connection)}
                >
                  Disconnect
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
