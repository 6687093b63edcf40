import { request } from '../api/http';
import type { ChannelAnswer, ChannelReport, ConnectionReport, EventSummary, JourneyAnswer, NodeReport, Page, Published, Settings, UserReport } from './types';

const Root = '/api/inspector';

export const PageSize = 25;

export const getSettings = (): Promise<Settings> => request('GET', Root);

export const getNodes = (): Promise<Page<NodeReport>> => request('GET', `${Root}/nodes?history=true`);

export const getChannels = (search: string, page: number, signal?: AbortSignal): Promise<Page<ChannelReport>> =>
  request('GET', `${Root}/channels${query({ search, page, pageSize: PageSize })}`, undefined, signal);

/** Refused, with the rule, where that is no channel's name. */
export const getChannel = (name: string, signal?: AbortSignal): Promise<ChannelAnswer> => request('GET', `${Root}/channel${query({ name })}`, undefined, signal);

export const getConnections = (search: string, page: number, signal?: AbortSignal): Promise<Page<ConnectionReport>> =>
  request('GET', `${Root}/connections${query({ search, page, pageSize: PageSize })}`, undefined, signal);

export const disconnect = (id: string): Promise<void> => request('DELETE', `${Root}/connections/${encodeURIComponent(id)}`);

export const getEvents = (search: string, ephemeral: boolean, signal?: AbortSignal): Promise<Page<EventSummary>> =>
  request('GET', `${Root}/events${query({ search, ephemeral, take: 100 })}`, undefined, signal);

export const publish = (event: { channel: string; event: string; data: string; history: boolean }): Promise<Published> => request('POST', `${Root}/events`, event);

export const getJourney = (id: string, channel: string, user: string, signal?: AbortSignal): Promise<JourneyAnswer> =>
  request('GET', `${Root}/journey${query({ id, channel, user })}`, undefined, signal);

export const getUser = (name: string, signal?: AbortSignal): Promise<UserReport> => request('GET', `${Root}/user${query({ name })}`, undefined, signal);

function query(values: Readonly<Record<string, string | number | boolean>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== '') {
      parameters.set(name, String(value));
    }
  }
  return `?${parameters.toString()}`;
}
