import { load, nodes, watchError, type WatchedNode } from '../../inspector/watch';
import { formatBytes, formatNumber } from '../format';
import { Charts } from './Charts';
import { carrierName, duration, Failed } from './parts';

export function NodesTab() {
  const all = nodes.value;
  return (
    <>
      {watchError.value !== null && <Failed error={watchError.value} onRetry={() => void load()} />}
      <section aria-labelledby="nodes-title">
        <h2 id="nodes-title" class="visually-hidden">
          Nodes
        </h2>
        {all.length === 0 ? (
          <p class="muted" role="status">
            {watchError.value === null ? 'Asking the nodes…' : ''}
          </p>
        ) : (
          <ul class="nodes">
            {all.map((node) => (
              <NodeCard key={node.report.node} node={node} />
            ))}
          </ul>
        )}
      </section>
      <Charts />
      <details class="help">
        <summary>What is this?</summary>
        <p>
          Each process of the app tells its figures every few seconds while somebody watches here. Web nodes hold the browsers’ connections; a worker only publishes. Latency is from the publish to the
          moment the event was written to the connections, by the clocks of the two machines. The processor’s share is of the whole machine.
        </p>
      </details>
    </>
  );
}

function NodeCard({ node: { report, isSilent } }: { node: WatchedNode }) {
  const { sample } = report;
  const connections = Object.values(report.connections).reduce((sum, count) => sum + count, 0);
  return (
    <li class={isSilent ? 'card node silent' : 'card node'}>
      <div class="node-head">
        <h3>{report.service}</h3>
        <span class="muted">{report.node}</span>
        <span class={`state ${isSilent ? 'bad' : report.brokerConnected ? 'good' : 'bad'}`}>{isSilent ? 'Silent' : report.brokerConnected ? 'Running' : 'No broker'}</span>
      </div>
      <dl class="figures">
        <div>
          <dt>Up for</dt>
          <dd>{duration(report.uptimeSeconds)}</dd>
        </div>
        <div>
          <dt>Processor</dt>
          <dd>{sample ? `${(sample.processor * 100).toFixed(1)} %` : '–'}</dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>{formatBytes(report.memoryBytes)}</dd>
        </div>
        <div>
          <dt>Connections</dt>
          <dd title={Object.entries(report.connections).map(([carrier, count]) => `${carrierName(carrier)} ${count}`).join(', ') || undefined}>{formatNumber(connections)}</dd>
        </div>
        <div>
          <dt>Channels</dt>
          <dd>{formatNumber(report.channels)}</dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{formatBytes(report.queuedBytes)}</dd>
        </div>
        <div>
          <dt>Written</dt>
          <dd>{sample ? `${formatNumber(Math.round(sample.deliveries))}/s` : '–'}</dd>
        </div>
        <div>
          <dt>Broker</dt>
          <dd>{report.brokerRoundTripMs === null ? 'away' : `${report.brokerRoundTripMs.toFixed(1)} ms`}</dd>
        </div>
      </dl>
    </li>
  );
}
