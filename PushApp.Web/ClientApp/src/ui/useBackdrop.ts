import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';

/**
 * Closes a dialog at a click beside it. Not where the button was pressed within: who marks text and lets go of the mouse outside gives a click there too,
 * as a click goes to what both places have in common.
 */
export function useBackdrop(dialog: RefObject<HTMLDialogElement | null>, close: () => void) {
  const wasPressedHere = useRef(false);
  return {
    onPointerDown: (event: PointerEvent) => (wasPressedHere.current = event.target === dialog.current),
    onClick: (event: MouseEvent) => {
      if (event.target === dialog.current && wasPressedHere.current) {
        close();
      }
    },
  };
}
