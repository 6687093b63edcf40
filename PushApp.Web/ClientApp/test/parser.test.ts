import { describe, expect, test } from 'vitest';
import { EventStreamParser, type StreamItem } from '../src/push/parser';

function parse(...chunks: (string | number[])[]): StreamItem[] {
  const parser = new EventStreamParser();
  const encoder = new TextEncoder();
  return chunks.flatMap((chunk) => [...parser.read(typeof chunk === 'string' ? encoder.encode(chunk) : Uint8Array.from(chunk))]);
}

function events(...chunks: (string | number[])[]): { name: string; data: string; id: string }[] {
  return parse(...chunks).flatMap((item) => (item.type === 'event' ? [{ name: item.name, data: item.data, id: item.id }] : []));
}

describe('event stream parser', () => {
  test.each(['\n', '\r', '\r\n'])('takes %j as the end of a line', (end) => {
    expect(events(['event: greeting', 'data: one', 'data: two', 'id: 7', '', ''].join(end))).toEqual([{ name: 'greeting', data: 'one\ntwo', id: '7' }]);
  });

  test('is indifferent to where chunks are cut, in the middle of CRLF and of a character too', () => {
    const bytes = new TextEncoder().encode('\ufeffevent: grüße\r\ndata: 😀\r\n\r\ndata: second\r\rdata: third\n\n');
    const whole = events([...bytes]);
    expect(whole.map((event) => event.data)).toEqual(['😀', 'second', 'third']);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(events([...bytes.slice(0, cut)], [...bytes.slice(cut)])).toEqual(whole);
    }
    expect(events(...[...bytes].map((byte) => [byte]))).toEqual(whole);
  });

  test('drops one byte order mark, at the beginning only', () => {
    expect(events('\ufeffdata: a\n\n', '\ufeffdata: b\n\ndata: c\n\n').map((event) => event.data)).toEqual(['a', 'c']);
  });

  test('removes one space after the colon and no more', () => {
    expect(events('data:a\ndata: b\ndata:  c\n\n')).toEqual([{ name: 'message', data: 'a\nb\n c', id: '' }]);
  });

  test('keeps the text of data as it is, other line separators included', () => {
    expect(events('data: a\u2028b\u0085c\fd: e\n\n')[0]?.data).toBe('a\u2028b\u0085c\fd: e');
  });

  test('dispatches empty data, and nothing where there is no data', () => {
    expect(events('data\n\n')).toEqual([{ name: 'message', data: '', id: '' }]);
    expect(events('event: lost\n\ndata: x\n\n')).toEqual([{ name: 'message', data: 'x', id: '' }]);
  });

  test('ignores an id with NUL, keeps the last one, and takes an empty one as its end', () => {
    expect(events('id: 1\ndata: a\n\nid: 2\u00002\ndata: b\n\ndata: c\n\nid\ndata: d\n\n').map((event) => event.id)).toEqual(['1', '1', '1', '']);
  });

  test('tells of a frame that has only an id', () => {
    expect(parse('id: 5\n\n')).toEqual([{ type: 'cursor', id: '5' }]);
  });

  test('never dispatches what the stream ends within', () => {
    expect(events('data: whole\n\ndata: half\nid: 9\n')).toEqual([{ name: 'message', data: 'whole', id: '' }]);
  });

  test('takes digits as retry, and nothing else', () => {
    expect(parse('retry: 1500\nretry: 1.5\nretry: -1\nretry:\nretry: 1e3\n')).toEqual([{ type: 'retry', milliseconds: 1500 }]);
  });

  test('finds the position of an event in what its cursor has that the one before had not', () => {
    const [a1, a2, b1, b2] = ['0000000a.1.000000f1', '0000000a.2.000000f2', '0000000b.7.000000e1', '0000000b.8.000000e2'];
    const positions = (text: string) => parse(text).flatMap((item) => (item.type === 'event' ? [item.position] : []));
    expect(positions(`id: ${a1}~${b1}\n\ndata: x\nid: ${a2}~${b1}\n\ndata: y\nid: ${a2}~${b2}\n\n`)).toEqual(['2-000000f2', '8-000000e2']);
    // Ephemeral; two channels at once; no cursor of ours.
    expect(positions(`id: ${a1}~${b1}\n\ndata: x\n\ndata: y\nid: ${a2}~${b2}\n\ndata: z\nid: 3\n\n`)).toEqual([null, null, null]);
  });

  test('reads channel and traceparent, for the frame they stand in', () => {
    expect(parse('channel: user:a\ntraceparent: 00-1-2-01\nid: 3\ndata: x\n\ndata: y\n\n')).toEqual([
      { type: 'event', name: 'message', data: 'x', id: '3', movesCursor: true, channel: 'user:a', position: null, traceparent: '00-1-2-01' },
      { type: 'event', name: 'message', data: 'y', id: '3', movesCursor: false, channel: null, position: null, traceparent: null },
    ]);
  });

  test('hands on comments and skips fields that it does not know', () => {
    expect(parse(': heartbeat 15\nfoo: bar\n:\n')).toEqual([
      { type: 'comment', text: 'heartbeat 15' },
      { type: 'comment', text: '' },
    ]);
  });
});
