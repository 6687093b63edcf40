import { computed, signal } from '@preact/signals';
import { request } from '../api/http';
import { hasEnded, type Import, type Page } from '../api/types';
import { uploadImport, type Upload } from '../api/uploads';

/** A file on its way to the server; it becomes an import when it is there. */
export interface Uploading {
  readonly fileName: string;
  readonly sent: number;
  readonly total: number;
}

/** Newest first. Null until they were loaded. */
export const imports = signal<readonly Import[] | null>(null);
export const importsError = signal<string | null>(null);
export const uploading = signal<Uploading | null>(null);
export const uploadError = signal<string | null>(null);
export const activeImport = computed(() => imports.value?.find((job) => !hasEnded(job.state)) ?? null);

let upload: Upload | null = null;

export async function loadImports(): Promise<void> {
  try {
    const page = await request<Page<Import>>('GET', '/api/imports');
    const known = imports.value ?? [];
    // An event may have been faster than this answer.
    imports.value = page.items.map((job) => newer(known.find((other) => other.id === job.id), job));
    importsError.value = null;
  } catch (error) {
    importsError.value = error instanceof Error ? error.message : String(error);
  }
}

/** Takes an import's new state, as an event or an answer brought it. */
export function applyImport(job: Import): void {
  const known = imports.value ?? [];
  const index = known.findIndex((other) => other.id === job.id);
  imports.value = index < 0 ? [job, ...known] : known.with(index, newer(known[index], job));
}

/** Progress events are not ordered against the last word: whatever comes after the end is old. */
function newer(known: Import | undefined, job: Import): Import {
  return known && hasEnded(known.state) && !hasEnded(job.state) ? known : job;
}

export async function startImport(file: File): Promise<void> {
  if (upload) {
    return;
  }
  uploadError.value = null;
  uploading.value = { fileName: file.name, sent: 0, total: file.size };
  upload = uploadImport(file, (sent, total) => (uploading.value = { fileName: file.name, sent, total }));
  try {
    applyImport(await upload.done);
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) {
      uploadError.value = error instanceof Error ? error.message : String(error);
    }
  } finally {
    upload = null;
    uploading.value = null;
  }
}

export async function importSample(): Promise<void> {
  uploadError.value = null;
  try {
    const response = await fetch('/api/demo/contacts.csv');
    if (!response.ok) {
      throw new Error('The sample address book is not offered here.');
    }
    await startImport(new File([await response.blob()], 'sample-contacts.csv', { type: 'text/csv' }));
  } catch (error) {
    uploadError.value = error instanceof Error ? error.message : String(error);
  }
}

export function cancelUpload(): void {
  upload?.abort();
}

export async function cancelImport(id: string): Promise<void> {
  await request('DELETE', `/api/imports/${id}`);
}

/** Asks for the state of what runs: for when no stream tells it. */
export async function refreshActive(): Promise<void> {
  const active = activeImport.value;
  if (active) {
    applyImport(await request<Import>('GET', `/api/imports/${active.id}`));
  }
}

export function forgetImports(): void {
  upload?.abort();
  imports.value = null;
  importsError.value = null;
  uploadError.value = null;
}
