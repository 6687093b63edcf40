import { beforeEach, describe, expect, test } from 'vitest';
import { SharedConnection } from '../src/push/SharedConnection';
import { Browser, Clock, Recorder, Server, settle, type Tab } from './support';

let clock: Clock;
let server: Server;
let browser: Browser;

interface OpenTab extends Tab {
  readonly connection: SharedConnection;
  readonly recorder: Recorder;
}

beforeEach(() => {
  clock = new Clock();
  server = new Server();
  browser = new Browser();
});

function open(cursor = ''): OpenTab {
  const tab = browser.tab(clock, server);
  const recorder = new Recorder();
  const connection = new SharedConnection('/sse/', 'alice /sse/', cursor, recorder, tab.tabs, tab.environment);
  connection.start();
  return Object.assign(tab, { connection, recorder });
}

/** The tab is closed: the browser takes its lock and its channels away, and its connection breaks. */
function close(tab: OpenTab): void {
  tab.connection.stop();
}

describe('a stream shared by tabs', () => {
  test('is one connection, whose events reach every tab once', async () => {
    const tabs = Array.from({ length: 7 }, () => open());
    await clock.advance(100);
    server.publish('one');
    server.publishEphemeral('half way');
    server.publish('two');
    await clock.advance(100);
    expect(server.requests).toHaveLength(1);
    for (const { recorder } of tabs) {
      expect(recorder.data).toEqual(['one', 'half way', 'two']);
      expect(recorder.opens).toBeGreaterThan(0);
    }
  });

  test('begins for a tab that comes later where the others are', async () => {
    open();
    await clock.advance(100);
    server.publish('before');
    await clock.advance(100);
    const late = open();
    await clock.advance(100);
    server.publish('after');
    await clock.advance(100);
    expect(late.recorder.data).toEqual(['after']);
    expect(late.connection.cursor).toBe('2');
  });

  test('tells a tab that comes later that the server has lost its broker, and whoever is there that it is back', async () => {
    const first = open();
    await clock.advance(100);
    server.send('event: push.status\ndata: lost\n\n');
    await clock.advance(100);
    const late = open();
    await clock.advance(100);
    expect(late.recorder.data).toEqual(['lost']);
    await clock.advance(60_000);
    expect(late.recorder.data).toEqual(['lost']);
    server.send('event: push.status\ndata: ok\n\n');
    await clock.advance(100);
    expect(late.recorder.data).toEqual(['lost', 'ok']);
    expect(first.recorder.data).toEqual(['lost', 'ok']);

    server.send('event: push.status\ndata: lost\n\n');
    server.cutAll();
    await clock.advance(10_000);
    // The new stream says nothing of it: all is well.
    const last = open();
    await clock.advance(100);
    expect(last.recorder.data).toEqual([]);
  });

  test('goes on in another tab when its holder is closed', async () => {
    const [first, second, third] = [open(), open(), open()];
    await clock.advance(100);
    server.publish('one');
    await clock.advance(100);
    close(first);
    server.publish('two');
    await clock.advance(100);
    server.publish('three');
    await clock.advance(100);
    expect(second.recorder.data).toEqual(['one', 'two', 'three']);
    expect(third.recorder.data).toEqual(['one', 'two', 'three']);
    expect(second.connection.isLeader !== third.connection.isLeader).toBe(true);
    expect(server.connections.size).toBe(1);
  });

  test('is taken from a holder that misses two heartbeats', async () => {
    const [first, second] = [open(), open()];
    await clock.advance(100);
    expect(first.connection.isLeader).toBe(true);
    first.isFrozen = true;
    server.publish('one');
    await clock.advance(31_000);
    expect(second.connection.isLeader).toBe(true);
    expect(second.recorder.data).toEqual(['one']);
  });

  test('loses and doubles nothing when a holder wakes that others have replaced', async () => {
    const [first, second, third] = [open(), open(), open()];
    await clock.advance(100);
    first.isFrozen = true;
    server.publish('one');
    await clock.advance(31_000);
    first.isFrozen = false;
    server.publish('two');
    await clock.advance(40_000);
    server.publish('three');
    await clock.advance(1000);
    for (const { recorder } of [first, second, third]) {
      expect(recorder.data).toEqual(['one', 'two', 'three']);
    }
    expect(server.connections.size).toBe(1);
  });

  test('lets a tab that missed something catch up on a connection of its own, and rejoin', async () => {
    const [, second] = [open(), open()];
    await clock.advance(100);
    second.isFrozen = true;
    server.publish('one');
    server.publish('two');
    await clock.advance(100);
    second.isFrozen = false;
    server.publish('three');
    await clock.advance(16_000);
    server.publish('four');
    await clock.advance(100);
    expect(second.recorder.data).toEqual(['one', 'two', 'three', 'four']);
    expect(server.connections.size).toBe(1);
  });

  test('repeats nothing in a tab that is further than the new holder', async () => {
    const [first, second, third] = [open(), open(), open()];
    await clock.advance(100);
    second.isFrozen = true;
    server.publish('one');
    server.publish('two');
    await clock.advance(100);
    second.isFrozen = false;
    close(first);
    await clock.advance(100);
    server.publish('three');
    await clock.advance(100);
    expect(second.connection.isLeader).toBe(true);
    expect(second.recorder.data).toEqual(['one', 'two', 'three']);
    expect(third.recorder.data).toEqual(['one', 'two', 'three']);
  });

  test('resumes where a tab was asked to, whatever the others have', async () => {
    open();
    await clock.advance(100);
    server.publish('one');
    server.publish('two');
    await clock.advance(100);
    const resumed = open('1');
    await clock.advance(20_000);
    server.publish('three');
    await clock.advance(100);
    expect(resumed.recorder.data).toEqual(['two', 'three']);
    expect(server.connections.size).toBe(1);
  });

  test('ends in every tab when the server refuses it', async () => {
    server.answers.push(new Response('', { status: 401 }));
    const tabs = [open(), open(), open()];
    await clock.advance(100);
    for (const { recorder } of tabs) {
      expect(recorder.failures).toEqual([{ status: 401, reason: 'refused', retryIn: null }]);
    }
    expect(server.requests).toHaveLength(1);
  });

  test('waits with its holder while the server is away, instead of trying in turns', async () => {
    const [first, second] = [open(), open()];
    await clock.advance(100);
    server.answers.push(...Array.from({ length: 6 }, () => new Response('', { status: 503 })));
    server.cutAll();
    await clock.advance(200_000);
    expect(first.connection.isLeader).toBe(true);
    expect(second.connection.isLeader).toBe(false);
    server.publish('one');
    await clock.advance(100);
    expect(second.recorder.data).toEqual(['one']);
    await settle();
  });
});
