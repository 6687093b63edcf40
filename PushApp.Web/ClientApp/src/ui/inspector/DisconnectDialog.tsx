import { useState } from 'preact/hooks';
import { disconnect } from '../../inspector/api';
import { nodeName } from '../../inspector/names';
import type { ConnectionReport } from '../../inspector/types';
import { showToast } from '../../state/toasts';
import { Dialog } from '../Dialog';
import { carrierName, whose } from './parts';

/** Asks before a connection is ended, and says what that does. */
export function DisconnectDialog({ connection, onClose }: { connection: ConnectionReport; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isSse = connection.carrier === 'sse';
  const where = `${carrierName(connection.carrier)} on ${nodeName(connection.node)}`;

  async function end(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await disconnect(connection.id);
      showToast('success', 'Disconnected', `${whose(connection)}, ${where}`);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  }

  return (
    <Dialog title="Disconnect this client?" onClose={onClose} onSubmit={() => void end()}>
      <p>
        This ends the connection of <strong class="breaks">{whose(connection)}</strong>, {where}
        {connection.namespace !== null && ', with all namespaces of that client'}. Events that come while it is away wait in their channels’ logs.
      </p>
      <p class="muted">
        {isSse
          ? 'The client is told to stop and does not come back by itself: a browser that tries is answered 204. All tabs that share this stream show “Offline” until they are loaded anew.'
          : 'The client is told that the server disconnected it, and comes back only where its application asks it to: PushApp’s own page does after a second or two.'}{' '}
        It signs nobody out: whoever it is may connect again.
      </p>
      {error !== null && (
        <p class="form-error" role="alert">
          {error}
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" data-autofocus onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="button danger filled" disabled={isBusy}>
          Disconnect
        </button>
      </div>
    </Dialog>
  );
}
