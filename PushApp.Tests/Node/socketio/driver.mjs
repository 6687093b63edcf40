// The official clients, told what to do by lines of JSON on stdin; what happens to them goes to stdout, one line of JSON each. Bytes are {"$bytes": base64}.
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';
import io2 from 'socket.io-client-2';
import { Emitter } from '@socket.io/redis-emitter';
import { createClient } from 'redis';

const sockets = new Map();
const answers = new Map();
let emitter;

const encode = value =>
  Buffer.isBuffer(value) || value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('base64') }
  : value instanceof ArrayBuffer ? { $bytes: Buffer.from(value).toString('base64') }
  : Array.isArray(value) ? value.map(encode)
  : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]))
  : value;
const decode = value =>
  Array.isArray(value) ? value.map(decode)
  : value && typeof value === 'object' ? ('$bytes' in value ? Buffer.from(value.$bytes, 'base64') : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)])))
  : value;
const tell = line => process.stdout.write(JSON.stringify(line) + '\n');

const open = ({ name, url, options, version }) => { listen(name, version === 2 ? io2(url, options) : io(url, options), version); };

const listen = (name, socket, version) => {
  sockets.set(name, socket);
  socket.on('connect', () => tell({ name, event: 'connect', args: [{ id: socket.id, recovered: socket.recovered ?? false, transport: socket.io.engine.transport.name }] }));
  socket.on('disconnect', reason => tell({ name, event: 'disconnect', args: [reason] }));
  socket.on('connect_error', error => tell({ name, event: 'connect_error', args: [error.message ?? String(error), error.data ?? null] }));
  socket.io.engine?.on?.('upgrade', transport => tell({ name, event: '$upgrade', args: [transport.name] }));
  const take = (event, args) => {
    const last = args.at(-1);
    if (typeof last === 'function') {
      args = args.slice(0, -1);
      const answer = answers.get(`${name} ${event}`);
      if (answer) last(...answer);
    }
    tell({ name, event, args: encode(args) });
  };
  if (version === 2) {
    const onevent = socket.onevent;
    socket.onevent = function (packet) { take(packet.data[0], packet.data.slice(1)); onevent.call(this, packet); };
    socket.on('error', error => tell({ name, event: 'error', args: [error] }));
  } else {
    socket.onAny((event, ...args) => take(event, args));
  }
};

const commands = {
  open,
  // Another namespace on the same connection.
  beside: ({ name, of, namespace, leave }) => {
    const socket = sockets.get(of).io.socket(namespace);
    listen(name, socket, 4);
    if (leave) socket.disconnect();
  },
  emit: ({ name, event, args }) => { sockets.get(name).emit(event, ...decode(args)); },
  volatile: ({ name, event, args }) => { sockets.get(name).volatile.emit(event, ...decode(args)); },
  ask: ({ name, event, args, timeout, id }) => new Promise(done => {
    const answered = (error, ...values) => done(error ? { id, error: String(error.message) } : { id, result: encode(values) });
    const socket = sockets.get(name);
    if (socket.timeout) socket.timeout(timeout ?? 10000).emit(event, ...decode(args), answered);
    else socket.emit(event, ...decode(args), (...values) => answered(null, ...values));
  }),
  answer: ({ name, event, args }) => { answers.set(`${name} ${event}`, decode(args)); },
  disconnect: ({ name }) => { sockets.get(name).disconnect(); },
  connect: ({ name }) => { sockets.get(name).connect(); },
  // Cut the connection below, as a network does.
  cut: ({ name }) => { sockets.get(name).io.engine.close(); },
  aim: ({ name, url }) => { sockets.get(name).io.uri = url; },
  redirect: ({ name, url }) => { sockets.get(name).io.uri = url; sockets.get(name).io.engine?.close(); },
  state: ({ name, id }) => ({ id, result: { id: sockets.get(name).id, connected: sockets.get(name).connected, transport: sockets.get(name).io.engine?.transport?.name, session: sockets.get(name).io.engine?.id } }),
  redis: async ({ url, id }) => {
    const client = createClient({ url });
    await client.connect();
    emitter = new Emitter(client);
    return { id, result: true };
  },
  redisEmit: async ({ namespace, rooms, except, event, args, id }) => {
    let target = emitter.of(namespace ?? '/');
    if (rooms?.length) target = target.to(rooms);
    if (except?.length) target = target.except(except);
    if (event === '$join') target.socketsJoin(args);
    else if (event === '$leave') target.socketsLeave(args);
    else if (event === '$disconnect') target.disconnectSockets();
    else target.emit(event, ...decode(args));
    return { id, result: true };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  Promise.resolve(commands[command.do](command))
    .then(reply => tell(reply ?? { id: command.id, result: null }))
    .catch(error => tell({ id: command.id, error: String(error?.stack ?? error) }));
}
process.exit(0);
