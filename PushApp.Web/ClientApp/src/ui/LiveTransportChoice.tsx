import { switchLive } from '../state/live';
import { liveTransport, type LiveTransport } from '../state/liveTransport';

const choices: readonly { readonly transport: LiveTransport; readonly label: string }[] = [
  { transport: 'sse', label: 'Server-Sent Events' },
  { transport: 'socketio', label: 'Socket.IO' },
];

/** By what the page hears of changes. Both bring the same; it is there to be compared. */
export function LiveTransportChoice() {
  return (
    <fieldset class="live-choice">
      <legend>Live updates over</legend>
      {choices.map(({ transport, label }) => (
        <label key={transport}>
          <input type="radio" name="live-transport" value={transport} checked={liveTransport.value === transport} onChange={() => switchLive(transport)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
