import { useState } from 'preact/hooks';
import { getChannels, PageSize } from '../../inspector/api';
import type { ChannelReport } from '../../inspector/types';
import { nodeName } from '../../inspector/names';
import { count, formatNumber } from '../format';
import { Failed, Filter, Missing, Nothing, Pager } from './parts';
import { useLive } from './useLive';

export function ChannelsTab() {
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(1);
  const { value, error, reload } = useLive((signal) => getChannels(search, page, signal), [search, page]);
  return (
    <>
      <Filter
        label="Search channels"
        placeholder="A part of the name"
        value={search}
        onChange={(text) => {
          setSearch(text);
          setPage(1);
        }}
      />
      {error !== null && <Failed error={error} onRetry={reload} />}
      {value && <Missing count={value.missingNodes} />}
      <p class="muted" role="status">
        {value === null ? (error === null ? 'Asking the nodes…' : '') : `${count(value.total, 'channel')}, those with the most subscribers first`}
      </p>
      {value && value.items.length === 0 && (
        <Nothing title={search === '' ? 'Nobody holds a channel' : `No channel matches “${search}”`}>A channel is listed while somebody is subscribed to it, on any node, and for some seconds after the last.</Nothing>
      )}
      {value && value.items.length > 0 && <ChannelTable channels={value.items} />}
      {value && <Pager label="Pages of channels" page={page} size={PageSize} total={Math.min(value.total, 200)} onPage={setPage} />}
    </>
  );
}

function ChannelTable({ channels }: { channels: readonly ChannelReport[] }) {
  return (
    <div class="table-scroll">
      <table class="data-table cards">
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col" class="number">
              Subscribers
            </th>
            <th scope="col" class="number">
              Events/s
            </th>
            <th scope="col" class="number">
              In its log
            </th>
            <th scope="col">Head of the log</th>
            <th scope="col">Nodes</th>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.channel}>
              <td class="breaks card-title">
                <strong>{channel.channel}</strong>
              </td>
              <td class="number tabular" data-label="Subscribers">{formatNumber(channel.subscribers)}</td>
              <td class="number tabular" data-label="Events/s">{channel.eventsPerSecond.toFixed(1)}</td>
              <td class="number tabular" data-label="In its log">{channel.logLength === null ? '–' : formatNumber(channel.logLength)}</td>
              <td class="mono" data-label="Head of the log">{channel.logHead ?? '–'}</td>
              <td data-label="Nodes">
                {Object.entries(channel.positions).map(([node, position]) => (
                  <span key={node} class="sub" title={`${node} stands at ${position}`}>
                    {nodeName(node)}
                    {channel.logHead !== null && position !== channel.logHead && <span class="tag warn">at {position}</span>}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
