import type { Import } from '../../api/types';
import { importsPaused, isInterrupted } from '../../state/imports';
import { count, formatNumber, formatTimeLeft } from '../format';

/** How far it is: by bytes, because rows are not known before the end. */
export function fractionOf(job: Import): number | null {
  if ((job.state === 'queued' && !isInterrupted(job)) || !job.bytesTotal) {
    return null;
  }
  return job.bytesRead / job.bytesTotal;
}

export function progressText(job: Import): string {
  if (isInterrupted(job)) {
    const where = job.rows > 0 ? `Interrupted at ${count(job.rows, 'row')}` : 'Interrupted';
    return importsPaused.value ? `${where}: imports are paused` : `${where}; goes on by itself`;
  }
  if (job.state === 'queued' || job.state === 'uploading') {
    return importsPaused.value ? 'Waits in the queue: imports are paused' : 'Waiting for its turn';
  }
  return [
    count(job.rows, 'row'),
    job.rowsPerSecond ? `${formatNumber(job.rowsPerSecond)} rows/s` : null,
    job.secondsLeft === null ? null : formatTimeLeft(job.secondsLeft),
  ]
    .filter(Boolean)
    .join(' · ');
}
