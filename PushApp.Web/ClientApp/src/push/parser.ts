/** A dispatched event, with the two fields that PushApp adds to the standard's. */
export interface StreamEvent {
  readonly type: 'event';
  readonly name: string;
  readonly data: string;
  /** The last event id after this event: the standard's "last event ID buffer". */
  readonly id: string;
  /** Whether this event's own frame had an `id:` field, and so moved the cursor. */
  readonly movesCursor: boolean;
  readonly channel: string | null;
  /** Where it stands in its channel's log; null for an ephemeral event, or where it is not known. */
  readonly position: string | null;
  readonly traceparent: string | null;
}

export type StreamItem =
  | StreamEvent
  /** A frame with an id and no data: nothing to dispatch, but the cursor has moved. */
  | { readonly type: 'cursor'; readonly id: string }
  | { readonly type: 'retry'; readonly milliseconds: number }
  | { readonly type: 'comment'; readonly text: string };

/**
 * Reads an event stream by the rules of the HTML standard, chunk by chunk:
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation.
 * Beyond them it reads the fields `channel` and `traceparent`, and hands on comments, which a watchdog needs.
 */
export class EventStreamParser {
  // Removes a byte order mark at the beginning, and puts U+FFFD where the bytes are no UTF-8, both as the standard says.
  readonly #decoder = new TextDecoder('utf-8');
  #line = '';
  #endedByCarriageReturn = false;

  #name = '';
  #data: string[] = [];
  #hasId = false;
  /** The last event id before this frame. */
  #before: string;
  #channel: string | null = null;
  #traceparent: string | null = null;
  #lastEventId: string;

  constructor(lastEventId = '') {
    this.#lastEventId = lastEventId;
    this.#before = lastEventId;
  }

  /** Takes the next bytes. What the stream ends within is never dispatched, as the standard has it. */
  *read(chunk: Uint8Array): Generator<StreamItem> {
    const text = this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    if (this.#endedByCarriageReturn && text.length > 0) {
      // CR ended the line when it came; an LF right behind it, in the next chunk, belongs to it.
      this.#endedByCarriageReturn = false;
      if (text.charCodeAt(0) === 10) {
        start = 1;
      }
    }
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) {
        continue;
      }
      const line = this.#line + text.slice(start, at);
      this.#line = '';
      if (code === 13) {
        if (at + 1 === text.length) {
          this.#endedByCarriageReturn = true;
        } else if (text.charCodeAt(at + 1) === 10) {
          at++;
        }
      }
      start = at + 1;
      const item = line === '' ? this.#endOfFrame() : this.#field(line);
      if (item) {
        yield item;
      }
    }
    this.#line += text.slice(start);
  }

  #field(line: string): StreamItem | null {
    const colon = line.indexOf(':');
    if (colon === 0) {
      return { type: 'comment', text: line.slice(1).trim() };
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) {
      value = value.slice(1);
    }
    switch (field) {
      case 'event':
        this.#name = value;
        return null;
      case 'data':
        this.#data.push(value);
        return null;
      case 'id':
        if (!value.includes('\0')) {
          this.#lastEventId = value;
          this.#hasId = true;
        }
        return null;
      case 'retry':
        return /^[0-9]+$/.test(value) ? { type: 'retry', milliseconds: Number(value) } : null;
      case 'channel':
        this.#channel = value;
        return null;
      case 'traceparent':
        this.#traceparent = value;
        return null;
      default:
        return null;
    }
  }

  #endOfFrame(): StreamItem | null {
    const item: StreamItem | null =
      this.#data.length > 0
        ? {
            type: 'event',
            name: this.#name === '' ? 'message' : this.#name,
            data: this.#data.join('\n'),
            id: this.#lastEventId,
            movesCursor: this.#hasId,
            channel: this.#channel,
            position: this.#hasId ? movedTo(this.#before, this.#lastEventId) : null,
            traceparent: this.#traceparent,
          }
        : this.#hasId
          ? { type: 'cursor', id: this.#lastEventId }
          : null;
    this.#name = '';
    this.#data = [];
    this.#hasId = false;
    this.#before = this.#lastEventId;
    this.#channel = null;
    this.#traceparent = null;
    return item;
  }
}

/**
 * An event's position, from what its id has that the one before had not: a cursor has a part `key.sequence.tag` for each channel of the stream, and an event moves one of them. Null where it cannot be
 * told, or the server's ids are no cursors.
 */
function movedTo(before: string, after: string): string | null {
  const known = before.split('~');
  const moved = after.split('~').filter((part) => !known.includes(part));
  const [, sequence, tag] = (moved.length === 1 && /^[0-9a-f]{8}\.([0-9]+)\.([0-9a-f]{8})$/.exec(moved[0]!)) || [];
  return sequence && tag ? `${sequence}-${tag}` : null;
}
