import { liveState, type LiveState } from '../state/live';

const labels: Record<LiveState, { short: string; long: string }> = {
  live: { short: 'Live', long: 'Live: changes show as they happen.' },
  connecting: { short: 'Connecting…', long: 'Connecting for live updates.' },
  reconnecting: { short: 'Reconnecting…', long: 'The connection was lost and is being opened again. Nothing will be missed.' },
  delayed: { short: 'Updates delayed', long: 'The server cannot deliver updates just now. They will follow.' },
  offline: { short: 'Offline', long: 'There is no connection. What you see may be old.' },
};

export function ConnectionState() {
  const state = liveState.value;
  const { short, long } = labels[state];
  return (
    <p class={`connection ${state}`} role="status" title={long} data-state={state}>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-label">{short}</span>
    </p>
  );
}
