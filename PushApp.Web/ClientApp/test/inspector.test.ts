import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { combine } from '../src/inspector/series';
import { userChannel } from '../src/inspector/names';
import { formatSpan, waterfall } from '../src/inspector/steps';
import type { Journey, LoadSample, NodeReport } from '../src/inspector/types';
import { isPaused, nodes, sampleOf, samples, stopWatching, take } from '../src/inspector/watch';

const sample = (time: number, values: Partial<LoadSample> = {}): LoadSample => ({
  time, connections: 1, published: 1, received: 2, deliveries: 10, bytes: 0, processor: 0.1, median: null, p95: null, p99: null, ...values,
});

describe('charts over all nodes', () => {
  it('reads a sample of the past from its row', () => {
    expect(sampleOf([2000, 1, 1, 2, 10, 0, 0.1, null, null, 3])).toEqual(sample(2000, { p99: 3 }));
  });

  it('adds up what nodes write, takes the busiest for what all of them hear, and the slowest for latency', () => {
    const series = combine(
      new Map([
        ['a', [sample(2000, { median: 3 }), sample(4000, { median: 5 })]],
        ['b', [sample(2100, { deliveries: 5, received: 7 }), sample(4100, { deliveries: 5, received: 7, median: 9 })]],
      ]),
      2000,
    );
    expect(series.rates).toEqual([[2, 4], [1, 2], [2, 7], [10, 15]]);
    expect(series.latency[1]).toEqual([3, 5]);
  });

  it('leaves out a node that has gone, and forgives one that is late', () => {
    const steady = [1, 2, 3, 4, 5, 6].map((step) => sample(step * 2000));
    const series = combine(new Map([['steady', steady], ['gone', [sample(2000), sample(4000)]]]), 2000);
    expect(series.rates[3]).toEqual([20, 20, 20, 10, 10, 10]);
  });

  it('is empty without nodes', () => {
    expect(combine(new Map(), 2000).rates).toEqual([[], [], [], []]);
  });
});

const journey = (values: Partial<Journey>): Journey => ({
  event: { id: '1-00000001', channel: 'broadcast', event: 'test', isLogged: true, time: 1000, bytes: 2, connections: 1, nodes: [], traceId: null, isSampled: false, writtenAt: null },
  publish: null, nodes: [], shown: [], log: 'Kept', expiresAt: null, missingNodes: 0, rememberedSince: null, ...values,
});

describe('the waterfall of a journey', () => {
  it('goes from the request by each node to the browsers', () => {
    const { steps, start, end } = waterfall(
      journey({
        publish: { node: 'n1', requestedAt: 990, pickedUpAt: null, startedAt: 995, acknowledgedAt: 1001, work: null },
        nodes: [
          { node: 'n1', receivedAt: 1000, firstWrittenAt: 1002, lastWrittenAt: 1003, connections: 2, isFromLog: false, deliveries: [] },
          { node: 'n2', receivedAt: 1004, firstWrittenAt: null, lastWrittenAt: null, connections: 0, isFromLog: false, deliveries: [] },
        ],
        shown: [{ user: 'ann', carrier: 'sse', spanId: '', receivedAt: 1010, shownAt: 1015 }],
      }),
    );
    expect(steps.map(({ kind, where, from, at }) => [kind, where, from, at])).toEqual([
      ['requested', 'n1', 990, 990],
      ['published', 'n1', 995, 1001],
      ['received', 'n1', 995, 1000],
      ['written', 'n1', 1000, 1003],
      ['received', 'n2', 995, 1004],
      ['shown', 'ann', 1003, 1015],
    ]);
    expect([start, end]).toEqual([990, 1015]);
  });

  it('begins with the job that led to it', () => {
    const { steps } = waterfall(journey({ publish: { node: 'w', requestedAt: 100, pickedUpAt: 900, startedAt: 995, acknowledgedAt: 1001, work: 'import contacts' } }));
    expect(steps.map(({ kind, label }) => [kind, label])).toEqual([['requested', 'Requested'], ['pickedUp', 'Picked up'], ['published', 'Published']]);
  });

  it('says of what goes by the outbox when it was stored there, and of unknown work its name', () => {
    const publish = { node: 'w', requestedAt: 100, pickedUpAt: 900, startedAt: 995, acknowledgedAt: 1001 };
    const said = (work: string | null) => waterfall(journey({ publish: { ...publish, work } })).steps.slice(0, 2).map(({ label, detail }) => `${label}: ${detail}`);
    expect(said('relay outbox')).toEqual(['Decided: Stored in the outbox, together with what it tells of', 'Picked up: Taken from the outbox, to be published']);
    expect(said('send mail')).toEqual(['Requested: “send mail” was asked for', 'Picked up: “send mail” began']);
  });

  it('is drawn from what is known, and where nothing is, not at all', () => {
    expect(waterfall(journey({})).steps.map(({ kind }) => kind)).toEqual(['published']);
    expect(waterfall(journey({ event: { ...journey({}).event, time: -62_135_596_800_000 } })).steps).toEqual([]);
  });
});

describe('a user’s own channel', () => {
  it.each([
    ['Demo@PushApp.example', 'user:demo@pushapp.example'],
    ["o'neill+1 (a*b)", 'user:o%27neill+1%20%28a%2Ab%29'],
    ['a:b/ü', 'user:a%3Ab%2F%C3%BC'],
  ])('of %s is %s, as the server writes it', (name, channel) => expect(userChannel(name)).toBe(channel));
});

describe('times between steps', () => {
  it.each([
    [0, '0 ms'],
    [0.1234, '0.12 ms'],
    [4.56, '4.6 ms'],
    [99.6, '100 ms'],
    [1300, '1.3 s'],
    [125_000, '2 min 5 s'],
    [3_780_000, '1 h 3 min'],
    [-2, '−2.0 ms'],
  ])('%d ms is %s', (value, text) => expect(formatSpan(value)).toBe(text));
});

describe('what is watched', () => {
  const report = (node: string, time: number): NodeReport => ({ node, service: 'web', started: 0, sample: sample(time) }) as NodeReport;

  beforeEach(() => void vi.useFakeTimers());

  afterEach(() => {
    isPaused.value = false;
    stopWatching();
    vi.useRealTimers();
  });

  it('stands still while it is paused, charts included, and misses nothing', () => {
    take(report('n1', 2000));
    isPaused.value = true;
    take(report('n1', 4000));
    expect(samples.value.get('n1')).toHaveLength(1);
    isPaused.value = false;
    take(report('n1', 6000));
    expect(samples.value.get('n1')!.map(({ time }) => time)).toEqual([2000, 4000, 6000]);
  });

  it('forgets a node when its last figures are older than the charts are wide', () => {
    take(report('gone', 2000));
    vi.advanceTimersByTime(601_000);
    take(report('n1', 603_000));
    expect(nodes.value.map((node) => node.report.node)).toEqual(['n1']);
    expect([...samples.value.keys()]).toEqual(['n1']);
  });
});

describe('a node that goes', () => {
  const report = (node: string, values: Partial<NodeReport> = {}): NodeReport =>
    ({ node, service: 'web', started: 0, state: 'Running', stateSince: 0, sample: sample(2000), ...values }) as NodeReport;
  const states = () => nodes.value.map(({ report: { node, state }, isSilent }) => `${node} ${isSilent ? 'Silent' : state}`);

  beforeEach(() => void vi.useFakeTimers());

  afterEach(() => {
    stopWatching();
    vi.useRealTimers();
  });

  it('is stopped from its last words on, whatever comes after them', () => {
    take(report('web-1@vm-a'));
    take(report('web-2@vm-b', { state: 'Stopping' }));
    expect(states()).toEqual(['web-1@vm-a Running', 'web-2@vm-b Stopping']);
    take(report('web-2@vm-b', { state: 'Stopped', stateSince: Date.now() }));
    take(report('web-2@vm-b', { state: 'Stopping' }));
    expect(states()).toEqual(['web-1@vm-a Running', 'web-2@vm-b Stopped']);
  });

  it('is silent where it was killed, and gives way to its successor', () => {
    take(report('web-1@vm-a'));
    vi.advanceTimersByTime(7_000);
    take(report('web-2@vm-b'));
    expect(states()).toEqual(['web-2@vm-b Running', 'web-1@vm-a Silent']);
    take(report('web-1@vm-c', { started: 7_000 }));
    expect(states()).toEqual(['web-1@vm-c Running', 'web-2@vm-b Running']);
  });
});
