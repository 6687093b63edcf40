import type { ComponentChildren } from 'preact';
import { navigate, path } from '../state/router';

interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly isCurrent?: boolean;
  readonly children: ComponentChildren;
}

/** A link within the site, which changes the view without loading the page again. */
export function Link({ to, isCurrent, children, ...rest }: LinkProps) {
  return (
    <a
      href={to}
      class={rest.class}
      aria-current={(isCurrent ?? path.value === to) ? 'page' : undefined}
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
