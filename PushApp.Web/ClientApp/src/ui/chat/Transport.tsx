import { socketState, socketTransport } from '../../socket/manager';
import { Icon, type IconName } from '../Icon';

interface Words {
  readonly icon: IconName;
  readonly text: string;
  readonly title: string;
}

const polling: Words = {
  icon: 'poll',
  text: 'Connected by polling',
  title: 'Messages come by HTTP long-polling. The connection moves to a WebSocket as soon as there can be one.',
};
const webSocket: Words = { icon: 'bolt', text: 'Connected by WebSocket', title: 'The connection began by HTTP long-polling and was upgraded to a WebSocket.' };
const connecting: Words = { icon: 'poll', text: 'Connecting…', title: 'The connection to the chat is being opened.' };
const reconnecting: Words = {
  icon: 'poll',
  text: 'Reconnecting…',
  title: 'The connection was lost and is being opened again. Nothing will be missed, and what you send goes out then.',
};

/** What carries the messages, in words. */
export function Transport() {
  const state = socketState.value;
  const transport = socketTransport.value;
  const { icon, text, title } =
    state === 'connected' ? (transport === 'websocket' ? webSocket : polling) : state === 'reconnecting' ? reconnecting : connecting;
  return (
    <p class={`chat-transport ${state}`} role="status" title={title} data-transport={state === 'connected' ? transport : 'none'}>
      <Icon name={icon} size={16} />
      {text}
    </p>
  );
}
