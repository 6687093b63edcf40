import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SocketDouble } from './socketDouble';
import { settle } from './support';

let socket = new SocketDouble();
vi.mock('../src/socket/manager', () => ({
  socketOf: () => socket,
  closeSocket: () => {
    socket.off();
    socket.disconnect();
  },
}));
const { SocketStream } = await import('../src/push/SocketStream');

beforeEach(() => {
  socket = new SocketDouble();
  vi.stubGlobal('location', { origin: 'https://site.example' });
});

afterEach(() => vi.unstubAllGlobals());

/** A stream, and what it dispatched. */
function open(): { stream: InstanceType<typeof SocketStream>; heard: string[] } {
  const stream = new SocketStream('ann');
  const heard: string[] = [];
  stream.addEventListener('open', () => heard.push(`open ${stream.lastEventId === '' ? 'afresh' : 'whole'}`));
  stream.addEventListener('error', (event) => heard.push(`error ${event.status ?? '-'} ${event.retryIn === null ? 'ended' : 'comes back'}`));
  stream.addEventListener('notification', (event) => heard.push(`${event.channel}: ${event.data}`));
  return { stream, heard };
}

test('events come by their own names, with data and channel', () => {
  const { heard } = open();
  socket.connect();
  socket.receive('event', 'notification', '{"id":1}', 'user:ann', 'offset');
  expect(heard).toEqual(['open afresh', 'user:ann: {"id":1}']);
});

test('an event whose trace is recorded tells its place and its trace', () => {
  const { stream } = open();
  const heard: unknown[] = [];
  stream.addEventListener('notification', ({ position, traceparent }) => heard.push([position, traceparent]));
  socket.connect();
  socket.receive('event', 'notification', '1', 'user:ann', { channel: 'user:ann', id: '4-0000000a', traceparent: '00-1-2-01' }, 'offset');
  socket.receive('event', 'notification', '2', 'user:ann', 'offset');
  expect(heard).toEqual([
    ['4-0000000a', '00-1-2-01'],
    [null, null],
  ]);
});

test('a connection that recovered has missed nothing, another may have', () => {
  const { heard } = open();
  socket.connect();
  socket.receive('disconnect', 'transport close');
  socket.connect(true);
  socket.receive('disconnect', 'transport close');
  socket.connect(false);
  expect(heard).toEqual(['open afresh', 'error - comes back', 'open whole', 'error - comes back', 'open afresh']);
});

test('a socket that is connected already is open at once', async () => {
  socket.connected = true;
  const { heard } = open();
  await settle();
  expect(heard).toEqual(['open afresh']);
});

test('it ends where the sign-in has become another user’s', async () => {
  const { heard } = open();
  socket.active = false;
  vi.stubGlobal('fetch', () => Promise.resolve({ status: 200 }));
  socket.receive('connect_error', Object.assign(new Error('refused'), { data: { code: 'other_user' } }));
  await settle();
  expect(heard).toEqual(['error 403 ended']);
});

test('a refusal ends it where the sign-in has ended, and nowhere else', async () => {
  const { heard } = open();
  socket.active = false;
  vi.stubGlobal('fetch', () => Promise.resolve({ status: 500 }));
  socket.receive('connect_error', new Error('refused'));
  await settle();
  vi.stubGlobal('fetch', () => Promise.resolve({ status: 401 }));
  socket.receive('connect_error', new Error('refused'));
  await settle();
  expect(heard).toEqual(['error - comes back', 'error 401 ended']);
});

test('nothing comes after it was closed', () => {
  const { stream, heard } = open();
  socket.connect();
  stream.close();
  socket.receive('event', 'notification', '1', 'user:ann');
  expect(heard).toEqual(['open afresh']);
  expect(socket.active).toBe(false);
});
