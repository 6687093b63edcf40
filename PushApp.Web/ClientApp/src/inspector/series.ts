import type { LoadSample } from './types';

/** What the charts draw: columns of equal length, the first of them seconds. */
export interface Series {
  readonly rates: readonly (readonly (number | null)[])[];
  readonly latency: readonly (readonly (number | null)[])[];
  readonly connections: readonly (readonly (number | null)[])[];
}

/**
 * All nodes together, in steps of their interval. What nodes publish and write adds up; events received do not, as each node hears every one, so the busiest counts; and of the latencies the
 * slowest node's. Nodes take their figures at different moments: one that is late by less than two steps counts with its last.
 */
export function combine(nodes: ReadonlyMap<string, readonly LoadSample[]>, stepMilliseconds: number): Series {
  const columns = Array.from({ length: 9 }, (): (number | null)[] => []);
  const all = [...nodes.values()].filter((samples) => samples.length > 0);
  const first = Math.min(...all.map((samples) => samples[0]!.time));
  const last = Math.max(...all.map((samples) => samples[samples.length - 1]!.time));
  const places = all.map(() => 0);
  for (let end = Math.ceil(first / stepMilliseconds) * stepMilliseconds; all.length > 0 && end <= last; end += stepMilliseconds) {
    const current: LoadSample[] = [];
    all.forEach((samples, index) => {
      while (places[index]! + 1 < samples.length && samples[places[index]! + 1]!.time <= end) {
        places[index]!++;
      }
      const sample = samples[places[index]!]!;
      if (sample.time <= end && sample.time > end - 2 * stepMilliseconds) {
        current.push(sample);
      }
    });
    const sum = (pick: (sample: LoadSample) => number): number => current.reduce((total, sample) => total + pick(sample), 0);
    const most = (pick: (sample: LoadSample) => number | null): number | null =>
      current.reduce<number | null>((found, sample) => {
        const value = pick(sample);
        return value === null ? found : Math.max(found ?? 0, value);
      }, null);
    const row: (number | null)[] = [
      end / 1000,
      sum((sample) => sample.published),
      most((sample) => sample.received),
      sum((sample) => sample.deliveries),
      most((sample) => sample.median),
      most((sample) => sample.p95),
      most((sample) => sample.p99),
      sum((sample) => sample.connections),
      most((sample) => sample.processor * 100),
    ];
    row.forEach((value, index) => columns[index]!.push(value));
  }
  const [time, published, received, deliveries, median, p95, p99, connections, processor] = columns as [
    (number | null)[], (number | null)[], (number | null)[], (number | null)[], (number | null)[], (number | null)[], (number | null)[], (number | null)[], (number | null)[],
  ];
  return { rates: [time, published, received, deliveries], latency: [time, median, p95, p99], connections: [time, connections, processor] };
}
