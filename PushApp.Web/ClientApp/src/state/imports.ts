import { computed, effect, signal } from '@preact/signals';
import { ApiError, request } from '../api/http';
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
/** Whether there are older ones than those that were loaded. */
export const hasOlderImports = signal(false);
export const importsError = signal<string | null>(null);
export const uploading = signal<Uploading | null>(null);
export const uploadError = signal<string | null>(null);
/** The one that runs; else one that waits. A newer one may wait behind the one that runs. */
export const activeImport = computed(
  () => imports.value?.find((job) => job.state === 'running') ?? imports.value?.find((job) => !hasEnded(job.state)) ?? null,
);

/**
 * How long the import that runs may bring nothing new before it counts as interrupted, in milliseconds: a worker that died keeps it for a lease of as long (docs/imports.md),
 * and one that lives stores a batch every few seconds.
 */
const SilentAfter = 10_000;

/** How far the one that runs has come; null when none runs. */
const standing = computed(() => (activeImport.value?.state === 'running' ? standingOf(activeImport.value) : null));

/** Where the one that runs stood when nothing new had come for long; null while something comes. */
const silentAt = signal<string | null>(null);

effect(() => {
  const at = standing.value;
  silentAt.value = null;
  if (at === null) {
    return undefined;
  }
  const timer = setTimeout(() => (silentAt.value = at), SilentAfter);
  return () => clearTimeout(timer);
});

/** Whether an import that had begun waits for a worker to go on: the one it had gave it back, or is silent. */
export function isInterrupted(job: Import): boolean {
  return job.state === 'queued' ? job.rows > 0 : job.state === 'running' && silentAt.value === standingOf(job);
}

function standingOf(job: Import): string {
  return `${job.id} ${job.rows} ${job.bytesRead}`;
}

/** Whoever runs the site has paused all imports: they wait, and lose nothing. */
export const importsPaused = signal(false);

/** Counts what was told of it, which an answer that was under way does not know. */
let pausesTold = 0;

export function applyQueue({ paused }: { readonly paused: boolean }): void {
  pausesTold++;
  importsPaused.value = paused;
}

/** Where the answer is none, what was known holds: it is a word to the reader and decides nothing. */
export async function loadQueue(): Promise<void> {
  const told = pausesTold;
  const { paused } = await request<{ paused: boolean }>('GET', '/api/imports/queue');
  if (pausesTold === told) {
    importsPaused.value = paused;
  }
}

const PageSize = 50;

let upload: Upload | null = null;

/** The imports that were heard of while an answer is on its way, which may be older and not know them. */
let loading: { readonly heard: Set<string> } | null = null;

/** Loads the newest ones. A later call takes the place of one under way. */
export async function loadImports(): Promise<void> {
  const mine = { heard: new Set<string>() };
  loading = mine;
  try {
    const page = await request<Page<Import>>('GET', `/api/imports?pageSize=${PageSize}`);
    if (loading !== mine) {
      return;
    }
    const known = imports.value ?? [];
    // A file on its way is no import yet: it may never be one, and nobody would be told. Whoever sends it sees it by `uploading`.
    const items = page.items.filter((job) => job.state !== 'uploading');
    const missing = known.filter((job) => mine.heard.has(job.id) && !items.some((other) => other.id === job.id));
    imports.value = [...missing, ...items.map((job) => newer(known.find((other) => other.id === job.id), job))];
    hasOlderImports.value = page.items.length < page.total;
    importsError.value = null;
  } catch (error) {
    if (loading === mine) {
      importsError.value = error instanceof Error ? error.message : String(error);
    }
  } finally {
    if (loading === mine) {
      loading = null;
    }
  }
}

/** One of this user's, listed or not. Refused with 404 where there is none. */
export function findImport(id: string, signal?: AbortSignal): Promise<Import> {
  return request<Import>('GET', `/api/imports/${encodeURIComponent(id)}`, undefined, signal);
}

/** Begins anew at each sign-out: an answer to somebody else's question is not shown. */
let generation = 0;

/** Loads the next older ones, behind those that are known. */
export async function loadOlderImports(): Promise<void> {
  const mine = generation;
  // What came meanwhile moved the older ones on by as many: the page that the next one is on now, of which some may be known.
  const number = Math.floor((imports.value?.length ?? 0) / PageSize) + 1;
  const page = await request<Page<Import>>('GET', `/api/imports?page=${number}&pageSize=${PageSize}`);
  if (generation !== mine) {
    return;
  }
  const known = imports.value ?? [];
  imports.value = [...known, ...page.items.filter((job) => job.state !== 'uploading' && !known.some((other) => other.id === job.id))];
  hasOlderImports.value = number * PageSize < page.total;
}

/** Takes an import's new state, as an event or an answer brought it. */
export function applyImport(job: Import): void {
  loading?.heard.add(job.id);
  const known = imports.value ?? [];
  const index = known.findIndex((other) => other.id === job.id);
  imports.value = index < 0 ? [job, ...known] : known.with(index, newer(known[index], job));
}

/** Progress events are not ordered against the last word, nor against answers: whatever comes after the end is old, and so is what has got less far. */
function newer(known: Import | undefined, job: Import): Import {
  return known && !hasEnded(job.state) && (hasEnded(known.state) || job.rows < known.rows) ? known : job;
}

/** Files that were chosen while another one is on its way. */
export const waitingFiles = signal<readonly File[]>([]);

/** Takes files one after the other, behind those that wait, up to the first that is refused or given up: what is said of it would else give way to the next. */
export async function startImports(files: readonly File[]): Promise<void> {
  waitingFiles.value = [...waitingFiles.value, ...files];
  while (upload === null && waitingFiles.value.length > 0) {
    const [next, ...others] = waitingFiles.value;
    waitingFiles.value = others;
    if (!(await startImport(next!))) {
      waitingFiles.value = [];
    }
  }
}

/** False when it was not taken. */
async function startImport(file: File): Promise<boolean> {
  const mine = generation;
  uploadError.value = null;
  uploading.value = { fileName: file.name, sent: 0, total: file.size };
  upload = uploadImport(file, (sent, total) => (uploading.value = { fileName: file.name, sent, total }));
  try {
    applyImport(await upload.done);
    return true;
  } catch (error) {
    // Of somebody who has signed out, or been signed out by this very answer, nothing is left to be said.
    if (generation === mine && !(error instanceof DOMException && error.name === 'AbortError')) {
      uploadError.value = error instanceof Error ? error.message : String(error);
    }
    return false;
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
    await startImports([new File([await response.blob()], 'sample-contacts.csv', { type: 'text/csv' })]);
  } catch (error) {
    uploadError.value = error instanceof Error ? error.message : String(error);
  }
}

export function cancelUpload(): void {
  upload?.abort();
}

/** Ends an import. Where it had ended by itself before, what it ended as is shown, and the refusal is thrown. */
export async function cancelImport(id: string): Promise<void> {
  try {
    applyImport(await request<Import>('DELETE', `/api/imports/${id}`));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) {
      applyImport(await request<Import>('GET', `/api/imports/${id}`));
    }
    throw error;
  }
}

/** Asks for the state of what runs: for when no stream tells it. */
export async function refreshActive(): Promise<void> {
  const active = activeImport.value;
  if (active) {
    applyImport(await request<Import>('GET', `/api/imports/${active.id}`));
  }
}

export function forgetImports(): void {
  generation++;
  loading = null;
  waitingFiles.value = [];
  upload?.abort();
  imports.value = null;
  hasOlderImports.value = false;
  importsError.value = null;
  uploadError.value = null;
}
