import type { Delivery, NodeTrack } from '../../inspector/types';
import { count } from '../format';
import { carrierName, NodeLabel, Time } from './parts';

const states: Record<Delivery['state'], string> = {
  Written: 'Written',
  Queued: 'Waited for the client',
  Dropped: 'Dropped: queue full',
  Resumed: 'On coming back',
};

export function DeliveryTable({ nodes }: { nodes: readonly NodeTrack[] }) {
  const rows = nodes.flatMap((node) => node.deliveries.map((delivery) => ({ node: node.node, delivery })));
  const others = nodes.reduce((sum, node) => sum + Math.max(0, node.connections - node.deliveries.length), 0);
  if (rows.length === 0) {
    return null;
  }
  return (
    <section aria-labelledby="deliveries-title">
      <h3 id="deliveries-title" class="section-title">
        Connections
      </h3>
      <div class="table-scroll">
        <table class="data-table cards">
          <thead>
            <tr>
              <th scope="col">User</th>
              <th scope="col">By</th>
              <th scope="col">What became of it</th>
              <th scope="col">Time</th>
              <th scope="col">Node</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ node, delivery }, index) => (
              <tr key={`${delivery.connectionId} ${index}`}>
                <td class="breaks card-title">{delivery.user ?? 'visitor'}</td>
                <td data-label="By">{carrierName(delivery.carrier)}</td>
                <td data-label="What became of it">{states[delivery.state]}</td>
                <td data-label="Time">
                  <Time at={delivery.at} />
                </td>
                <td data-label="Node">
                  <NodeLabel node={node} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others > 0 && <p class="muted">and {count(others, 'connection')} more, which are counted and not noted.</p>}
    </section>
  );
}
