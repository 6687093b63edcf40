import type { Message } from '../../chat/types';

/** Messages of one author close after each other are one group. */
const SameGroupWithin = 5 * 60_000;

export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly time: string }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'group'; readonly key: string; readonly author: string; readonly time: string; readonly messages: readonly Message[] };

/**
 * What is shown of a conversation: its messages by author, with a line between days and one before the first that is new.
 *
 * @param firstNew The id of the first unread message when the conversation was opened; null for none.
 */
export function rowsOf(messages: readonly Message[], firstNew: string | null): Row[] {
  const rows: Row[] = [];
  let group: { author: string; last: number; messages: Message[] } | null = null;
  let day = '';
  for (const message of messages) {
    const time = Date.parse(message.time);
    const messageDay = new Date(time).toDateString();
    if (messageDay !== day) {
      day = messageDay;
      group = null;
      rows.push({ kind: 'day', key: `day ${messageDay} ${message.id}`, time: message.time });
    }
    if (message.id === firstNew) {
      group = null;
      rows.push({ kind: 'new', key: 'new' });
    }
    if (group && group.author === message.author && time - group.last < SameGroupWithin) {
      group.messages.push(message);
      group.last = time;
    } else {
      group = { author: message.author, last: time, messages: [message] };
      rows.push({ kind: 'group', key: message.id, author: message.author, time: message.time, messages: group.messages });
    }
  }
  return rows;
}

/** The first of the unread messages: others' messages, counted back from the end. */
export function findFirstUnread(messages: readonly Message[], unread: number, isMe: (author: string) => boolean): string | null {
  let left = unread;
  let first: string | null = null;
  for (let i = messages.length - 1; i >= 0 && left > 0; i--) {
    if (!isMe(messages[i]!.author)) {
      first = messages[i]!.id;
      left--;
    }
  }
  return first;
}
