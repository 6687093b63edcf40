import { useRef, useState } from 'preact/hooks';
import { importSample, startImports, uploadError, uploading } from '../../state/imports';
import { site } from '../../state/session';
import { Icon } from '../Icon';

export function Dropzone() {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const isBusy = uploading.value !== null;

  function take(files: FileList | null | undefined): void {
    if (files && files.length > 0) {
      // A copy: the input's list is emptied when it is cleared.
      void startImports([...files]);
    }
  }

  return (
    <section
      class={`dropzone ${isOver ? 'over' : ''}`}
      aria-label="Import a file"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) {
          setOver(false);
        }
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <span class="empty-mark">
        <Icon name="upload" size={28} />
      </span>
      <h2>Drop an address book here</h2>
      <p class="muted">CSV from Google Contacts, Outlook or a spreadsheet, or vCards (.vcf)</p>
      <input
        ref={input}
        class="visually-hidden"
        type="file"
        multiple
        id="import-file"
        accept=".csv,.tsv,.txt,.vcf,.vcard,text/csv,text/vcard"
        onChange={(event) => {
          take(event.currentTarget.files);
          // So that the same file can be chosen again.
          event.currentTarget.value = '';
        }}
      />
      <div class="dropzone-actions">
        <label for="import-file" class="button primary">
          Choose a file
        </label>
        {site.value?.demo && (
          <button type="button" class="button" disabled={isBusy} onClick={() => void importSample()}>
            Use the sample address book
          </button>
        )}
      </div>
      <div role="alert">{uploadError.value && <p class="form-error">{uploadError.value}</p>}</div>
    </section>
  );
}
