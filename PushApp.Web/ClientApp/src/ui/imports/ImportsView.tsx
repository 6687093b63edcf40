import { hasEnded } from '../../api/types';
import { hasOlderImports, imports, importsError, importsPaused, loadImports, loadOlderImports, uploading } from '../../state/imports';
import { showError } from '../../state/toasts';
import { Dropzone } from './Dropzone';
import { ImportCard, UploadCard } from './ImportCard';
import { ShownImport } from './ShownImport';

export function ImportsView() {
  const all = imports.value;
  const running = all?.filter((job) => !hasEnded(job.state)) ?? [];
  const ended = all?.filter((job) => hasEnded(job.state)) ?? [];
  return (
    <div class="narrow">
      <div class="page-head">
        <div>
          <h1>Imports</h1>
          <p class="muted">Importing the same file twice changes nothing, so you can always do it again.</p>
        </div>
      </div>
      {importsPaused.value && (
        <div class="notice paused" role="status">
          <p>
            <strong>Imports are paused.</strong> One that runs is finished; others wait in the queue, lose nothing, and go on by themselves when imports are resumed. You can add more meanwhile.
          </p>
        </div>
      )}
      <ShownImport />
      {uploading.value && <UploadCard upload={uploading.value} />}
      {running.map((job) => (
        <ImportCard key={job.id} job={job} />
      ))}
      <Dropzone />
      {importsError.value !== null && (
        <div class="notice error" role="alert">
          <p>{importsError.value}</p>
          <button type="button" class="button" onClick={() => void loadImports()}>
            Try again
          </button>
        </div>
      )}
      {ended.length > 0 && (
        <section aria-labelledby="earlier">
          <h2 id="earlier" class="section-title">
            Earlier imports
          </h2>
          {ended.map((job) => (
            <ImportCard key={job.id} job={job} />
          ))}
          {hasOlderImports.value && (
            <button type="button" class="button" onClick={() => void loadOlderImports().catch((error: unknown) => showError(error, 'No more was loaded'))}>
              Show more
            </button>
          )}
        </section>
      )}
    </div>
  );
}
