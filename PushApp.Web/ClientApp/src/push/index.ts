export { PushStream, type PushStreamEventMap, type PushStreamInit } from './PushStream';
export { PushErrorEvent, PushEvent } from './PushEvent';
