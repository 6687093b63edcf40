import { activeImport } from '../../state/imports';
import { Link } from '../Link';
import { fractionOf, progressText } from './progress';
import { ProgressBar } from './ProgressBar';

/** The running import, on pages that are about something else. */
export function ImportStrip() {
  const job = activeImport.value;
  if (!job) {
    return null;
  }
  return (
    <aside class="strip" aria-label="Running import">
      <div class="strip-inner">
        <ProgressBar label={`Import of ${job.fileName}`} value={fractionOf(job)} text={progressText(job)} />
        <p>
          <strong>{job.fileName}</strong> <span class="muted">{progressText(job)}</span>
        </p>
        <Link to="/imports" class="text-link">
          Show
        </Link>
      </div>
    </aside>
  );
}
