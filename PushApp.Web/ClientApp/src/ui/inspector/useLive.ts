import { useEffect, useState } from 'preact/hooks';
import { isPaused, news } from '../../inspector/watch';

export interface Live<T> {
  readonly value: T | null;
  readonly error: string | null;
  readonly reload: () => void;
}

/** However often nodes tell news, a list is loaded no more often than this. */
const Shortest = 1_500;

/**
 * What `load` gives, and again when the nodes have news, or when `keys` change. An answer that is overtaken is dropped; while the page is hidden nothing is loaded.
 */
export function useLive<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Live<T> {
  const [state, setState] = useState<{ value: T | null; error: string | null }>({ value: null, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let isLoading = false;
    let last = 0;
    const run = (): void => {
      isLoading = true;
      last = Date.now();
      load(abort.signal)
        .then(
          (value) => !abort.signal.aborted && setState({ value, error: null }),
          (error: unknown) => !abort.signal.aborted && setState((before) => ({ value: before.value, error: error instanceof Error ? error.message : String(error) })),
        )
        .finally(() => (isLoading = false));
    };
    run();
    const stop = news.subscribe(() => {
      if (!isLoading && !isPaused.peek() && document.visibilityState !== 'hidden' && Date.now() - last >= Shortest) {
        run();
      }
    });
    return () => {
      abort.abort();
      stop();
    };
  }, [...keys, asked]);
  return { ...state, reload: () => setAsked((before) => before + 1) };
}
