export { PushStream, type PushStreamEventMap, type PushStreamInit } from './PushStream';
export type { EventStream } from './EventStream';
export { PushErrorEvent, PushEvent } from './PushEvent';
export { SocketStream } from './SocketStream';
