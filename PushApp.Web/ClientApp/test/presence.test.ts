import { effect } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SocketDouble } from './socketDouble';
import { settle } from './support';

let socket = new SocketDouble();
vi.mock('../src/socket/manager', () => ({ socketOf: () => socket }));
const { bePresent, leave, presenceOf } = await import('../src/presence/presence');

const since = '2026-11-24T12:00:00.000Z';
let disposers: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  socket = new SocketDouble();
});

afterEach(async () => {
  disposers.forEach((dispose) => dispose());
  disposers = [];
  await vi.advanceTimersByTimeAsync(10_000);
  leave();
  vi.useRealTimers();
});

/** Reads a user's presence for as long as the test runs, or until it is disposed of. */
function show(userName: string): { states: string[]; hide: () => void } {
  const states: string[] = [];
  const hide = effect(() => void states.push(presenceOf(userName).value.state));
  disposers.push(hide);
  return { states, hide };
}

test('users that are shown together are asked for together, once, by any case', async () => {
  bePresent();
  show('ann');
  show('ANN');
  show('bob');
  socket.connect();
  await settle();
  expect(socket.take()).toEqual([['watch', 'ann', 'bob']]);
});

test('what the server answers and tells is shown', async () => {
  bePresent();
  socket.connect();
  const { states } = show('Ann');
  await settle();
  answer([{ user: 'Ann', state: 'away', since }]);
  socket.receive('presence', { user: 'Ann', state: 'online', since });
  expect(states).toEqual(['offline', 'away', 'online']);
  expect(presenceOf('ann').value).toEqual({ state: 'online', since });
});

test('an answer that was overtaken by a change is old', async () => {
  bePresent();
  socket.connect();
  const { states } = show('ann');
  await settle();
  socket.receive('presence', { user: 'ann', state: 'online', since });
  answer([{ user: 'ann', state: 'offline', since: null }]);
  expect(states).toEqual(['offline', 'online']);
});

test('whoever is no longer shown is unwatched a little later, and not where they are shown again', async () => {
  bePresent();
  socket.connect();
  const ann = show('ann');
  show('bob');
  await settle();
  socket.take();
  ann.hide();
  await vi.advanceTimersByTimeAsync(4_000);
  const again = show('ann');
  await vi.advanceTimersByTimeAsync(4_000);
  expect(socket.take()).toEqual([]);
  again.hide();
  await vi.advanceTimersByTimeAsync(6_000);
  expect(socket.take()).toEqual([['unwatch', 'ann']]);
});

test('all are asked for again at each connect, and keep their state until the answer', async () => {
  bePresent();
  socket.connect();
  const { states } = show('ann');
  await settle();
  answer([{ user: 'ann', state: 'online', since }]);
  socket.take();
  socket.connected = false;
  socket.receive('disconnect', 'transport close');
  socket.connect();
  await settle();
  expect(socket.take()).toEqual([['watch', 'ann']]);
  expect(states).toEqual(['offline', 'online']);
});

test('the socket says at each connect whether the tab is looked at', () => {
  bePresent();
  const give = vi.fn();
  (socket.auth as (give: (auth: object) => void) => void)(give);
  expect(give).toHaveBeenCalledWith({ state: 'active' });
});

function answer(states: readonly object[]): void {
  const watch = socket.sent.findLast(([name]) => name === 'watch')!;
  (watch.at(-1) as (answer: readonly object[]) => void)(states);
}
