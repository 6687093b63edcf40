import type { ComponentChildren } from 'preact';
import { navigate } from '../state/router';

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly isCurrent?: boolean;
  /** Its name, where what it holds is no text. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A link within the site, which changes the view without loading the page again. */
export function Link({ to, isCurrent = false, label, children, ...rest }: LinkProps) {
  return (
    <a
      href={to}
      class={rest.class}
      aria-label={label}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
          event.preventDefault();
          navigate(to);
        }
      }}
    >
      {children}
    </a>
  );
}
