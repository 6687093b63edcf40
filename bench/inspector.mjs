// The figures of docs/inspector.md: how long the Inspector's answers take, and how large they are, with many open streams. To a web node on this machine that lets `admin@example.com` look, and this machine open so many:
//   ASPNETCORE_URLS=http://127.0.0.1:5090 Inspector__Administrators__0=admin@example.com Push__Streams__MaxPerUser=0 Push__Streams__MaxPerAddress=0 dotnet PushApp.Web.dll
//   ulimit -n 65536; node bench/inspector.mjs http://127.0.0.1:5090 [streams=10000] [users=100] [rounds=20] [hold=0]
// `hold`: so many seconds the streams stay open after the measurement, for a look at the page. The password of all accounts is `correct horse`.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [site = 'http://127.0.0.1:5090', streams = 10_000, users = 100, rounds = 20, hold = 0] = process.argv.slice(2);
const { hostname, port } = new URL(site);
if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
  throw new Error('Load goes to this machine alone.');
}
const password = 'correct horse';

async function signIn(email) {
  const send = (path) =>
    fetch(`${site}/api/account/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) });
  await send('register'); // Where the account is there already, it is refused, and signing in tells.
  const response = await send('login?useCookies=true');
  if (!response.ok) {
    throw new Error(`${email} cannot sign in: ${response.status} ${await response.text()}`);
  }
  return response.headers.getSetCookie()[0].split(';')[0];
}

/** Resolves once the stream has begun; what comes then is thrown away. */
function open(cookie) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.write(`GET /sse/ HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\nCookie: ${cookie}\r\n\r\n`);
    socket.once('data', (head) => (head.toString('latin1').startsWith('HTTP/1.1 200') ? resolve(socket) : reject(new Error(head.toString('latin1')))));
    socket.on('data', () => {});
  });
}

const admin = await signIn('admin@example.com');
const get = async (path) => {
  const from = performance.now();
  const response = await fetch(site + path, { headers: { Cookie: admin } });
  const text = await response.text();
  const took = performance.now() - from;
  if (!response.ok) {
    throw new Error(`${path}: ${response.status} ${text}`);
  }
  return { text, took };
};

const cookies = [];
for (let i = 0; i < users; i++) {
  cookies.push(await signIn(`user${i}@example.com`));
}
const sockets = [];
for (let i = 0; i < streams; i += 50) {
  sockets.push(...(await Promise.all(Array.from({ length: Math.min(50, streams - i) }, (_, j) => open(cookies[(i + j) % users])))));
}
console.log(`${sockets.length} streams of ${users} users are open.`);

let id = '';
for (let i = 0; i < 20; i++) {
  for (const channel of ['broadcast', 'user:user1%40example.com']) {
    const response = await fetch(`${site}/api/inspector/events`, {
      method: 'POST', headers: { Cookie: admin, 'Content-Type': 'application/json' }, body: JSON.stringify({ channel, event: 'hello', data: '{}' }),
    });
    const published = await response.json();
    id = channel === 'broadcast' ? published.id : id;
  }
}
await sleep(2_000);

const paths = [
  '/api/inspector/nodes', '/api/inspector/nodes?history=true', '/api/inspector/channels?pageSize=25', '/api/inspector/connections?pageSize=25', '/api/inspector/connections?pageSize=25&page=200',
  '/api/inspector/connections?pageSize=25&search=user7%40', '/api/inspector/connections?pageSize=25&search=nobody', '/api/inspector/events?take=100', `/api/inspector/journey?id=${id}&channel=broadcast`,
  `/api/inspector/journey?id=${id}&channel=broadcast&user=user1%40example.com`, '/api/inspector/user?name=user1%40example.com',
];
console.log('| | median, ms | longest, ms | KiB |\n|---|--:|--:|--:|');
for (const path of paths) {
  const answers = [];
  for (let i = 0; i < rounds; i++) {
    answers.push(await get(path));
  }
  const times = answers.map(({ took }) => took).sort((a, b) => a - b);
  console.log(`| \`${path}\` | ${times[Math.floor(times.length / 2)].toFixed(1)} | ${times.at(-1).toFixed(1)} | ${(Buffer.byteLength(answers[0].text) / 1024).toFixed(1)} |`);
}
await sleep(Number(hold) * 1000);
process.exit(0);
