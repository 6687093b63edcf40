import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { nodeHost, nodeName } from '../../inspector/names';
import type { ConnectionReport } from '../../inspector/types';
import { formatNumber } from '../format';
import { Icon } from '../Icon';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const clockToSecond = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' });

/** The time of day, to the millisecond or the second, in the reader's own time zone; with the day where it is not today. */
export function Time({ at, precision = 'ms' }: { at: number; precision?: 'ms' | 's' }) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  return (
    <time class="tabular" dateTime={date.toISOString()} title={date.toISOString()}>
      {isToday ? '' : `${day.format(date)}, `}
      {(precision === 'ms' ? clock : clockToSecond).format(date)}
    </time>
  );
}

/** A process by the name that its operator knows, with its machine below. */
export function NodeLabel({ node }: { node: string }) {
  const host = nodeHost(node);
  return (
    <>
      {nodeName(node)}
      {host !== '' && <span class="muted sub host">{host}</span>}
    </>
  );
}

export function duration(seconds: number): string {
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return days > 0 ? `${days} d ${hours} h` : hours > 0 ? `${hours} h ${minutes} min` : minutes > 0 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(seconds)} s`;
}

/** What the list is not whole for. */
export function Missing({ count }: { count: number }) {
  if (count === 0) {
    return null;
  }
  return (
    <p class="notice warn" role="status">
      {count < 0
        ? 'The broker does not answer: this is what one node knows by itself.'
        : `${count === 1 ? 'One process' : `${count} processes`} did not answer in time; what ${count === 1 ? 'it knows' : 'they know'} is left out.`}
    </p>
  );
}

export function Failed({ error, onRetry }: { error: string; onRetry: () => void }) {
  return (
    <div class="notice error" role="alert">
      <p>{error}</p>
      <button type="button" class="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

export function Nothing({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{children}</p>
    </div>
  );
}

/** A search that waits until the typing pauses. */
export function Filter({ label, placeholder, value, onChange }: { label: string; placeholder: string; value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <search class="search-field">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        maxLength={300}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          setText(typed);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => onChange(typed.trim()), 250);
        }}
      />
    </search>
  );
}

export function Pager({ label, page, size, total, onPage }: { label: string; page: number; size: number; total: number; onPage: (page: number) => void }) {
  const pages = Math.max(1, Math.ceil(total / size));
  useEffect(() => {
    // The list has become shorter than the page that is looked at.
    if (page > pages) {
      onPage(pages);
    }
  }, [page, pages]);
  if (pages <= 1) {
    return null;
  }
  return (
    <nav class="pager" aria-label={label}>
      <span class="muted tabular">
        {formatNumber((page - 1) * size + 1)}–{formatNumber(Math.min(page * size, total))} of {formatNumber(total)}
      </span>
      <button type="button" class="icon-button bordered" aria-label="Previous page" disabled={page <= 1} onClick={() => onPage(page - 1)}>
        <Icon name="chevronLeft" />
      </button>
      <button type="button" class="icon-button bordered" aria-label="Next page" disabled={page >= pages} onClick={() => onPage(page + 1)}>
        <Icon name="chevronRight" />
      </button>
    </nav>
  );
}

export function carrierName(carrier: string): string {
  return carrier === 'sse' ? 'SSE' : carrier === 'websocket' ? 'WebSocket' : carrier === 'polling' ? 'Polling' : carrier;
}

export function whose(connection: ConnectionReport): string {
  return connection.user ?? (connection.apiKey === null ? 'visitor' : `key ${connection.apiKey}`);
}
