import type { RefObject } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';

/** A panel that a button opens: Escape, a click elsewhere, or the focus moving on closes it. */
export function usePopover(root: RefObject<HTMLElement | null>) {
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);

  useEffect(() => {
    if (!isOpen) {
      return undefined;
    }
    const isOutside = (target: EventTarget | null) => target instanceof Node && !root.current?.contains(target);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') {
        close();
        root.current?.querySelector('button')?.focus();
      }
    };
    const onPointer = (event: Event) => {
      if (isOutside(event.target)) {
        close();
      }
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('focusin', onPointer);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('focusin', onPointer);
    };
  }, [isOpen, close, root]);

  return { isOpen, close, toggle: () => setOpen((was) => !was) };
}
