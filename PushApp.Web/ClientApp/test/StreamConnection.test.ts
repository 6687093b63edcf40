import { beforeEach, describe, expect, test } from 'vitest';
import { StreamConnection } from '../src/push/StreamConnection';
import { Clock, Recorder, Server, settle } from './support';

let clock: Clock;
let server: Server;
let recorder: Recorder;
let connection: StreamConnection;

beforeEach(() => {
  clock = new Clock();
  server = new Server();
  recorder = new Recorder();
  connection = new StreamConnection('/sse/', '', recorder, { fetch: server.fetch, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, random: () => 0.5 });
});

function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(status === 204 ? null : 'no', { status, headers });
}

describe('stream connection', () => {
  test('resumes with its cursor after the stream broke, and misses nothing', async () => {
    connection.start();
    await settle();
    server.publish('one');
    await settle();
    server.cutAll();
    await settle();
    server.publish('two');
    expect(connection.state).toBe('waiting');
    await clock.advance(2000);
    server.publish('three');
    await settle();
    expect(recorder.data).toEqual(['one', 'two', 'three']);
    expect(server.requests).toEqual(['', '1']);
    expect(recorder.opens).toBe(2);
  });

  test('has a cursor before its first event', async () => {
    connection.start();
    await settle();
    expect(connection.cursor).toBe('0');
  });

  test.each([404, 408, 425, 429, 500, 502, 503])('comes back after %i, no sooner than Retry-After says', async (status) => {
    server.answers.push(refusal(status, { 'Retry-After': '20' }));
    connection.start();
    await settle();
    expect(recorder.failures).toEqual([{ status, reason: status === 429 ? 'limit' : 'unavailable', retryIn: 25_000 }]);
    await clock.advance(24_999);
    expect(server.requests).toHaveLength(1);
    await clock.advance(1);
    expect(connection.state).toBe('open');
  });

  test('waits longer from failure to failure', async () => {
    server.answers.push(new TypeError('no network'), new TypeError('no network'), new TypeError('no network'));
    connection.start();
    await clock.advance(15_000);
    expect(recorder.failures.map((failure) => failure.retryIn)).toEqual([2000, 4000, 8000]);
    expect(connection.state).toBe('open');
  });

  test.each([204, 400, 401, 403])('does not come back after %i', async (status) => {
    server.answers.push(refusal(status));
    connection.start();
    await clock.advance(120_000);
    expect(recorder.failures).toEqual([{ status, reason: status === 204 ? 'stopped' : 'refused', retryIn: null }]);
    expect(server.requests).toHaveLength(1);
    expect(connection.state).toBe('closed');
  });

  test('does not take a page for a stream, and asks again', async () => {
    server.answers.push(new Response('<html>', { headers: { 'Content-Type': 'text/html' } }));
    connection.start();
    await settle();
    expect(recorder.failures).toEqual([{ status: 200, reason: 'unavailable', retryIn: 4000 }]);
    expect(recorder.opens).toBe(0);
    await clock.advance(4000);
    expect(connection.state).toBe('open');
  });

  test('comes back when the server said it should, after closing', async () => {
    connection.start();
    await settle();
    server.send('event: push.closing\ndata: {"reason":"shutdown","retry":3456}\n\n');
    server.cutAll();
    await settle();
    expect(recorder.failures).toEqual([{ status: null, reason: 'shutdown', retryIn: 3456 }]);
  });

  test('stays away when the server closed without a time to return', async () => {
    connection.start();
    await settle();
    server.send('event: push.closing\ndata: {"reason":"signed-out"}\n\n');
    server.cutAll();
    await clock.advance(120_000);
    expect(recorder.failures).toEqual([{ status: null, reason: 'signed-out', retryIn: null }]);
    expect(server.requests).toHaveLength(1);
  });

  test('gives up a stream that misses two heartbeats', async () => {
    connection.start();
    await clock.advance(14_000);
    server.send(':\n');
    await clock.advance(29_999);
    expect(connection.state).toBe('open');
    await clock.advance(1);
    expect(recorder.failures).toEqual([{ status: null, reason: 'silence', retryIn: 2000 }]);
    expect(server.connections.size).toBe(0);
  });

  test('keeps to the heartbeat that the server states', async () => {
    connection.start();
    await settle();
    server.send(': heartbeat 60\n');
    await clock.advance(119_000);
    expect(connection.state).toBe('open');
  });

  test('does not wait any longer when the page wakes', async () => {
    server.answers.push(refusal(503, { 'Retry-After': '600' }));
    connection.start();
    await settle();
    connection.wake();
    await settle();
    expect(connection.state).toBe('open');
  });

  test('doubts a stream that was silent for too long when the page wakes', async () => {
    connection.start();
    await clock.advance(23_000);
    connection.wake();
    await clock.advance(2000);
    expect(recorder.failures[0]?.reason).toBe('silence');
    expect(connection.state).toBe('open');
  });

  test('says nothing more once it was stopped', async () => {
    connection.start();
    await settle();
    connection.stop();
    server.publish('late');
    await clock.advance(120_000);
    expect(recorder.data).toEqual([]);
    expect(recorder.failures).toEqual([]);
    expect(server.connections.size).toBe(0);
  });
});
