import { nodeHost, nodeName } from '../../inspector/names';
import { hasGone, load, nodes, watchError, type WatchedNode } from '../../inspector/watch';
import type { NodeReport } from '../../inspector/types';
import { count, formatBytes, formatNumber } from '../format';
import { Charts } from './Charts';
import { carrierName, duration, Failed, Time } from './parts';

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
          moment the event was written to the connections, by the clocks of the two machines. The processor’s share is of the whole machine. A process that is told to stop
          says so at once; one that is killed cannot, and is no longer heard of.
        </p>
      </details>
    </>
  );
}

function NodeCard({ node }: { node: WatchedNode }) {
  const { report } = node;
  const connections = Object.values(report.connections).reduce((sum, each) => sum + each, 0);
  return (
    <li class={hasGone(node) ? 'card node gone' : 'card node'} data-state={node.isSilent ? 'Silent' : report.state}>
      <div class="node-head">
        <h3>{nodeName(report.node)}</h3>
        <span class="muted host breaks">{nodeHost(report.node)}</span>
        <Condition node={node} />
      </div>
      {hasGone(node) ? (
        <p class="muted node-past">
          It ran for {duration(report.uptimeSeconds)}
          {connections > 0 && `, and had ${count(connections, 'connection')} when it was last heard of`}.
        </p>
      ) : (
        <Figures report={report} connections={connections} />
      )}
    </li>
  );
}

function Condition({ node: { report, isSilent, heardAt } }: { node: WatchedNode }) {
  if (isSilent) {
    return (
      <span class="state bad">
        Not heard of since <Time at={heardAt} precision="s" />
      </span>
    );
  }
  if (report.state !== 'Running') {
    return (
      <span class="state warn">
        {report.state === 'Stopped' ? 'Stopped at' : 'Stopping since'} <Time at={report.stateSince} precision="s" />
      </span>
    );
  }
  return report.brokerConnected ? <span class="state good">Running</span> : <span class="state bad">No broker</span>;
}

function Figures({ report, connections }: { report: NodeReport; connections: number }) {
  const { sample } = report;
  return (
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
  );
}
