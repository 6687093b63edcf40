import { useEffect, useRef } from 'preact/hooks';
import { dismissToast, toasts, type Toast } from '../state/toasts';
import { Icon } from './Icon';
import { Link } from './Link';

const ShownFor = 7_000;

/** The region is always there, so that screen readers know it before the first toast comes. */
export function Toasts() {
  return (
    <div class="toasts" role="region" aria-label="Messages">
      <div role="status" aria-live="polite">
        {toasts.value.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </div>
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const timer = useRef<number | undefined>(undefined);
  const start = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => dismissToast(toast.id), ShownFor) as unknown as number;
  };
  const pause = () => clearTimeout(timer.current);
  useEffect(() => {
    start();
    return pause;
  }, [toast.id]);

  return (
    <div class={`toast ${toast.tone}`} onPointerEnter={pause} onPointerLeave={start} onFocusCapture={pause} onBlurCapture={start}>
      <span class="toast-mark" aria-hidden="true">
        <Icon name={toast.tone === 'error' ? 'cross' : toast.tone === 'success' ? 'check' : 'bell'} size={18} />
      </span>
      <div class="toast-words">
        <strong>{toast.title}</strong>
        {toast.text && <p>{toast.text}</p>}
        {toast.url && (
          <Link to={toast.url} class="text-link">
            Show
          </Link>
        )}
      </div>
      <button type="button" class="icon-button small" aria-label="Dismiss" onClick={() => dismissToast(toast.id)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
