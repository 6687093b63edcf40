/** What `/api/inspector` answers (docs/inspector.md). Times are Unix milliseconds with fractions. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Processes that did not answer in time; -1: the broker is away, and this is what one node knows. */
  readonly missingNodes: number;
}

export interface Settings {
  readonly traceUrl: string | null;
  readonly sampleSeconds: number;
}

export interface LoadSample {
  readonly time: number;
  readonly connections: number;
  readonly published: number;
  readonly received: number;
  readonly deliveries: number;
  readonly bytes: number;
  readonly processor: number;
  readonly median: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** A sample as it comes in a history: its figures in the order in which they stand above. */
export type LoadRow = readonly [
  time: number, connections: number, published: number, received: number, deliveries: number, bytes: number, processor: number, median: number | null, p95: number | null, p99: number | null,
];

export type NodeState = 'Running' | 'Stopping' | 'Stopped';

export interface NodeReport {
  /** As in `web-1@vm-7-3fa1`: see nodeName. */
  readonly node: string;
  readonly service: string;
  readonly started: number;
  readonly uptimeSeconds: number;
  readonly connections: Readonly<Record<string, number>>;
  readonly channels: number;
  readonly memoryBytes: number;
  readonly queuedBytes: number;
  readonly brokerConnected: boolean;
  readonly brokerRoundTripMs: number | null;
  readonly eventCount: number;
  readonly sample: LoadSample | null;
  readonly state: NodeState;
  readonly stateSince: number;
  readonly history: readonly LoadRow[] | null;
}

export interface ChannelReport {
  readonly channel: string;
  readonly subscribers: number;
  readonly eventsPerSecond: number;
  readonly positions: Readonly<Record<string, string>>;
  readonly logLength: number | null;
  readonly logHead: string | null;
}

/** A channel that a test event may go to. */
export interface ChannelAnswer {
  readonly channel: string;
  readonly subscribers: number;
  readonly missingNodes: number;
}

export interface ConnectionReport {
  readonly id: string;
  readonly node: string;
  readonly user: string | null;
  readonly apiKey: string | null;
  readonly transport: string;
  readonly carrier: string;
  readonly namespace: string | null;
  readonly address: string | null;
  readonly since: number;
  readonly queuedBytes: number;
  readonly roundTripMs: number | null;
  readonly channels: readonly string[];
  readonly channelCount: number;
  /** Since when it holds the channel that was asked about; null where it does not, or none was. */
  readonly channelSince: number | null;
}

export interface EventSummary {
  readonly id: string;
  readonly channel: string;
  readonly event: string;
  readonly isLogged: boolean;
  readonly time: number;
  readonly bytes: number;
  readonly connections: number;
  readonly nodes: readonly string[];
  readonly traceId: string | null;
  /** Whether its trace is recorded, so that it can be looked at. */
  readonly isSampled: boolean;
  readonly writtenAt: number | null;
}

export interface Delivery {
  readonly connectionId: string;
  readonly user: string | null;
  readonly carrier: string;
  readonly at: number;
  readonly state: 'Written' | 'Queued' | 'Dropped' | 'Resumed';
}

export interface NodeTrack {
  readonly node: string;
  readonly receivedAt: number;
  readonly firstWrittenAt: number | null;
  readonly lastWrittenAt: number | null;
  readonly connections: number;
  /** Whether the node read it from the log, for those who came back. */
  readonly isFromLog: boolean;
  readonly deliveries: readonly Delivery[];
}

export interface PublishTrack {
  readonly node: string;
  readonly requestedAt: number | null;
  readonly pickedUpAt: number | null;
  readonly startedAt: number;
  readonly acknowledgedAt: number;
  /** What the process was doing; null for a request. */
  readonly work: string | null;
}

export interface ShownReport {
  readonly user: string;
  readonly carrier: string;
  readonly spanId: string;
  readonly receivedAt: number;
  readonly shownAt: number;
}

export interface Journey {
  readonly event: EventSummary;
  readonly publish: PublishTrack | null;
  readonly nodes: readonly NodeTrack[];
  readonly shown: readonly ShownReport[];
  readonly log: 'Kept' | 'Expired' | 'NotLogged' | 'Unknown';
  readonly expiresAt: number | null;
  readonly missingNodes: number;
  readonly rememberedSince: number | null;
}

export type Outcome = 'Shown' | 'WrittenNotShown' | 'Queued' | 'Dropped' | 'NotPermitted' | 'NotConnected' | 'Expired' | 'Unknown';

export interface Verdict {
  readonly outcome: Outcome;
  readonly explanation: string;
  readonly isExact: boolean;
  readonly deliveries: readonly Delivery[];
}

export interface JourneyAnswer {
  readonly journey: Journey;
  readonly verdict: Verdict | null;
}

export interface EndedConnection {
  readonly connectionId: string;
  readonly user: string | null;
  readonly carrier: string;
  readonly since: number;
  readonly endedAt: number;
  readonly reason: string;
  readonly queuedBytes: number;
  readonly channels: readonly string[];
}

export interface Refusal {
  readonly user: string | null;
  readonly channel: string;
  readonly access: string;
  readonly at: number;
}

export interface UserReport {
  readonly user: string;
  readonly connections: readonly ConnectionReport[];
  readonly ends: readonly EndedConnection[];
  readonly refusals: readonly Refusal[];
  readonly events: readonly { readonly event: EventSummary; readonly verdict: Verdict }[];
  readonly missingNodes: number;
}

export interface Published {
  readonly channel: string;
  readonly id: string | null;
  readonly time: number;
}
