import { useEffect, useRef, useState } from 'preact/hooks';
import type { Import, ImportState } from '../../api/types';
import { hasEnded } from '../../api/types';
import { cancelImport, cancelUpload, isInterrupted, waitingFiles, type Uploading } from '../../state/imports';
import { now } from '../../state/now';
import { shownImportId } from '../../state/router';
import { showError } from '../../state/toasts';
import { count, formatBytes, formatMoment, formatNumber, formatWhen } from '../format';
import { Icon } from '../Icon';
import { fractionOf, progressText } from './progress';
import { ProgressBar } from './ProgressBar';

const labels: Record<ImportState, string> = {
  uploading: 'Uploading',
  queued: 'Waiting',
  running: 'Importing',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export function UploadCard({ upload }: { upload: Uploading }) {
  const text = `${formatBytes(upload.sent)} of ${formatBytes(upload.total)} sent`;
  const others = waitingFiles.value.length;
  return (
    <article class="card import-card" aria-label={`Upload of ${upload.fileName}`}>
      <div class="import-head">
        <Icon name="file" />
        <div class="import-title">
          <h3>{upload.fileName}</h3>
          <span class="state uploading">{labels.uploading}</span>
        </div>
      </div>
      <ProgressBar label={`Upload of ${upload.fileName}`} value={upload.total > 0 ? upload.sent / upload.total : null} text={text} />
      <div class="import-foot">
        <p class="muted">{others === 0 ? text : `${text}, then ${count(others, 'more file')}`}</p>
        <button type="button" class="text-button" onClick={cancelUpload}>
          {others === 0 ? 'Cancel' : 'Cancel all'}
        </button>
      </div>
    </article>
  );
}

export function ImportCard({ job }: { job: Import }) {
  const card = useRef<HTMLElement>(null);
  const shown = isInterrupted(job) ? 'queued' : job.state;
  const isShown = shownImportId.value === job.id;
  useEffect(() => {
    if (isShown) {
      card.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [isShown]);
  return (
    <article
      ref={card}
      class={`card import-card ${isShown ? 'shown' : ''}`}
      aria-label={`Import of ${job.fileName}`}
      data-import={job.id}
      data-state={job.state}
    >
      <div class="import-head">
        <Icon name="file" />
        <div class="import-title">
          <h3>{job.fileName}</h3>
          {job.ended !== null && (
            <time class="muted" dateTime={job.ended} title={formatMoment(job.ended)}>
              {formatWhen(job.ended, now.value)}
            </time>
          )}
          <span class={`state ${shown}`}>{labels[shown]}</span>
        </div>
      </div>
      {hasEnded(job.state) ? <Outcome job={job} /> : <Running job={job} />}
    </article>
  );
}

function Running({ job }: { job: Import }) {
  const [isCancelling, setCancelling] = useState(false);
  const text = progressText(job);
  return (
    <>
      <ProgressBar label={`Import of ${job.fileName}`} value={fractionOf(job)} text={text} />
      <div class="import-foot">
        <p class="muted tabular">{text}</p>
        <button
          type="button"
          class="text-button"
          disabled={isCancelling}
          onClick={() => {
            setCancelling(true);
            cancelImport(job.id).catch((error: unknown) => {
              setCancelling(false);
              showError(error, 'The import goes on');
            });
          }}
        >
          {isCancelling ? 'Cancelling…' : 'Cancel'}
        </button>
      </div>
    </>
  );
}

function Outcome({ job }: { job: Import }) {
  return (
    <>
      {job.error !== null && job.state === 'failed' && <p class="form-error">{job.error}</p>}
      {(job.state !== 'failed' || job.rows > 0) && (
        <dl class="counts">
          <Count name="added" value={job.added} />
          <Count name="updated" value={job.updated} />
          <Count name="unchanged" value={job.unchanged} />
          <Count name="rejected" value={job.rejected} tone={job.rejected > 0 ? 'warn' : undefined} />
        </dl>
      )}
      {job.notice !== null && <p class="muted">{job.notice}</p>}
      {job.rejected > 0 && (
        <a class="text-link with-icon" href={`/api/imports/${job.id}/rejected`} download>
          <Icon name="download" size={18} />
          Download the rejected rows, each with its reason
        </a>
      )}
    </>
  );
}

function Count({ name, value, tone }: { name: string; value: number; tone?: string | undefined }) {
  return (
    <div class={`count ${tone ?? ''} ${value === 0 ? 'zero' : ''}`}>
      <dd>{formatNumber(value)}</dd>
      <dt>{name}</dt>
    </div>
  );
}
