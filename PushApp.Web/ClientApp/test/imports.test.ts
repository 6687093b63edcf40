import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Import, ImportState } from '../src/api/types';
import { activeImport, applyImport, cancelImport, forgetImports, hasOlderImports, importsPaused, imports, loadImports, loadOlderImports, startImports, uploadError, uploading, waitingFiles } from '../src/state/imports';
import { whenSignedOut } from '../src/api/http';
import { fractionOf, progressText } from '../src/ui/imports/progress';
import { Answers } from './answers';
import { settle } from './support';

let answers: Answers;

beforeEach(() => {
  answers = new Answers();
  vi.stubGlobal('fetch', answers.fetch);
  forgetImports();
});

function job(id: string, state: ImportState, rows = 0): Import {
  return { id, state, fileName: `${id}.csv`, bytesRead: rows, bytesTotal: 100, rows, added: rows, updated: 0, unchanged: 0, rejected: 0, rowsPerSecond: null, secondsLeft: null, created: '2026-11-30T10:00:00Z', ended: null, error: null, notice: null };
}

function page(...items: Import[]): unknown {
  return { items, total: items.length };
}

function shown(): string[] {
  return (imports.value ?? []).map(({ id, state, rows }) => `${id} ${state} ${rows}`);
}

/** An upload that is answered when the test says so. */
class UploadDouble {
  readonly upload = {};
  status = 0;
  responseText = '';
  onload: () => void = () => undefined;
  onabort: () => void = () => undefined;

  open(): void {}
  setRequestHeader(): void {}
  send(): void {}

  abort(): void {
    // As the browser's, which has nothing to abort once it was answered.
    if (this.status === 0) {
      this.onabort();
    }
  }

  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload();
  }
}

/** Takes all uploads from here on. */
function takeUploads(): UploadDouble[] {
  const sent: UploadDouble[] = [];
  vi.stubGlobal('XMLHttpRequest', class extends UploadDouble {
    constructor() {
      super();
      sent.push(this);
    }
  });
  return sent;
}

describe('imports', () => {
  test('one that begins while an older answer is on its way stays', async () => {
    const loading = loadImports();
    applyImport(job('new', 'queued'));
    answers.give(page(job('old', 'completed', 5)));
    await loading;
    expect(shown()).toEqual(['new queued 0', 'old completed 5']);
  });

  test('a file on its way is none yet', async () => {
    const loading = loadImports();
    answers.give(page(job('coming', 'uploading'), job('old', 'completed', 5)));
    await loading;
    expect(shown()).toEqual(['old completed 5']);
    expect(activeImport.value).toBeNull();
  });

  test('older ones are shown behind, each once, until there are no more', async () => {
    const all = Array.from({ length: 60 }, (_, i) => job(`j${60 - i}`, 'completed'));
    const loading = loadImports();
    answers.give({ items: all.slice(0, 50), total: 60 });
    await loading;
    expect(hasOlderImports.value).toBe(true);
    applyImport(job('new', 'queued'));
    const older = loadOlderImports();
    answers.give({ items: all.slice(49), total: 61 });
    await older;
    expect(shown()).toHaveLength(61);
    expect(shown().at(-1)).toBe('j1 completed 0');
    expect(hasOlderImports.value).toBe(false);
  });

  test('an answer brings none back to where it was before', async () => {
    applyImport(job('a', 'running', 20));
    applyImport(job('b', 'completed', 9));
    const loading = loadImports();
    answers.give(page(job('b', 'running', 5), job('a', 'running', 10)));
    await loading;
    expect(shown()).toEqual(['b completed 9', 'a running 20']);
  });

  test('an answer that a later one has overtaken is not shown', async () => {
    const first = loadImports();
    const second = loadImports();
    answers.give(page(job('stale', 'running')), page(job('fresh', 'running')));
    await Promise.all([first, second]);
    expect(shown()).toEqual(['fresh running 0']);
  });

  test('the one that runs is shown before newer ones that wait', () => {
    applyImport(job('running', 'running', 3));
    applyImport(job('waiting', 'queued'));
    expect(activeImport.value?.id).toBe('running');
    applyImport(job('running', 'completed', 9));
    expect(activeImport.value?.id).toBe('waiting');
  });

  test('a cancelled one is shown as the answer says, without an event', async () => {
    applyImport(job('a', 'running', 3));
    const cancelling = cancelImport('a');
    answers.give(job('a', 'cancelled', 4));
    await cancelling;
    expect(shown()).toEqual(['a cancelled 4']);
    expect(activeImport.value).toBeNull();
  });

  test('files that are chosen while one is on its way wait for it, and go with it when it is refused', async () => {
    const sent = takeUploads();
    void startImports([new File(['a'], 'a.csv')]);
    void startImports([new File(['b'], 'b.csv'), new File(['c'], 'c.csv')]);
    expect(uploading.value?.fileName).toBe('a.csv');
    expect(waitingFiles.value.map(({ name }) => name)).toEqual(['b.csv', 'c.csv']);
    sent[0]!.answer(201, job('a', 'queued'));
    await settle();
    expect(uploading.value?.fileName).toBe('b.csv');
    sent[1]!.answer(415, { detail: 'No such format.' });
    await settle();
    expect(uploading.value).toBeNull();
    expect(waitingFiles.value).toEqual([]);
    expect(uploadError.value).toBe('No such format.');
    expect(sent).toHaveLength(2);
  });

  test('an upload that is refused as its user is signed out leaves no error for the next one', async () => {
    const sent = takeUploads();
    whenSignedOut(forgetImports);
    void startImports([new File(['a'], 'a.csv'), new File(['b'], 'b.csv')]);
    sent[0]!.answer(401, {});
    await settle();
    expect(uploadError.value).toBeNull();
    expect(uploading.value).toBeNull();
    expect(sent).toHaveLength(1);
  });

  test('one that had ended before it was cancelled is shown as it ended', async () => {
    applyImport(job('a', 'running', 3));
    const cancelling = cancelImport('a').catch((error: unknown) => error);
    answers.give(new Response(JSON.stringify({ detail: 'It has ended.' }), { status: 409 }));
    await settle();
    await vi.waitFor(() => expect(answers.requests).toHaveLength(2));
    answers.give(job('a', 'completed', 9));
    expect(await cancelling).toMatchObject({ message: 'It has ended.' });
    expect(answers.requests).toEqual(['DELETE /api/imports/a', 'GET /api/imports/a']);
    expect(shown()).toEqual(['a completed 9']);
  });
});

describe('an import that nothing is heard of', () => {
  const Interrupted = 'Interrupted at 20 rows; goes on by itself';

  function runs(rows: number): Import {
    return { ...job('a', 'running', rows), rowsPerSecond: 1000, secondsLeft: 50 };
  }

  function text(): string {
    return progressText(imports.value![0]!);
  }

  beforeEach(() => {
    vi.useFakeTimers();
    importsPaused.value = false;
  });

  afterEach(() => vi.useRealTimers());

  test('is shown as interrupted, until progress comes', () => {
    applyImport(runs(20));
    vi.advanceTimersByTime(9_999);
    expect(text()).toBe('20 rows · 1,000 rows/s · 50 s left');
    vi.advanceTimersByTime(1);
    expect(text()).toBe(Interrupted);
    applyImport(runs(30));
    expect(text()).toBe('30 rows · 1,000 rows/s · 50 s left');
  });

  test('is not brought to life by an answer that says the same', () => {
    applyImport(runs(20));
    vi.advanceTimersByTime(6_000);
    applyImport(runs(20));
    vi.advanceTimersByTime(4_000);
    expect(text()).toBe(Interrupted);
  });

  test('runs on as long as each bit of progress comes in time', () => {
    for (let rows = 1; rows < 5; rows++) {
      applyImport(runs(rows));
      vi.advanceTimersByTime(9_000);
    }
    expect(text()).toBe('4 rows · 1,000 rows/s · 50 s left');
  });

  test('is interrupted at once when its worker gives it back, and keeps what it had come to', () => {
    applyImport(runs(20));
    applyImport(job('a', 'queued', 20));
    expect(text()).toBe(Interrupted);
    expect(fractionOf(imports.value![0]!)).toBe(0.2);
    importsPaused.value = true;
    expect(text()).toBe('Interrupted at 20 rows: imports are paused');
  });

  test('only waits for its turn when it has not begun', () => {
    applyImport(job('a', 'queued'));
    vi.advanceTimersByTime(60_000);
    expect(text()).toBe('Waiting for its turn');
    expect(fractionOf(imports.value![0]!)).toBeNull();
  });
});
