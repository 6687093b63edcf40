// The official Engine.IO clients of both versions against an echo: every message comes back once, in order and unchanged, whatever carries it. Argument: the server's URL.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const clients = {
  4: require('engine.io-client').Socket,
  3: createRequire(require.resolve('socket.io-client-2/package.json'))('engine.io-client'),
};
const transports = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };
const url = process.argv[2];
const count = 60;

function message(i) {
  // Text with characters of every length, and bytes, from none to more than a read takes. No empty text: the clients hand it on as undefined.
  return i % 3 === 0 ? Buffer.from(Array.from({ length: (i * 97) % 5000 }, (_, at) => (at * 31 + i) % 256)) : `${i} aé€😀 `.repeat(1 + (i % 50));
}

function same(expected, actual) {
  return Buffer.isBuffer(expected) ? Buffer.compare(expected, Buffer.from(actual)) === 0 : expected === actual;
}

function run(version, transport) {
  return new Promise((resolve, reject) => {
    const name = `version ${version} by ${transport}`;
    const socket = new clients[version](url, { path: '/engine.io/', transports: transports[transport] });
    socket.binaryType = 'nodebuffer';
    let received = 0;
    let upgraded = false;
    const fail = (what) => reject(new Error(`${name}: ${what} after ${received} messages`));
    socket.on('upgrade', () => (upgraded = true));
    socket.on('upgradeError', (error) => fail(`the upgrade failed (${error.message})`));
    if (transport === 'upgrade') {
      setTimeout(() => upgraded || fail('no upgrade within 60 s'), 60_000).unref();
    }
    socket.on('error', (error) => fail(error.message));
    socket.on('close', (reason) => received < count && fail(`closed (${reason})`));
    socket.on('open', () => {
      let sent = 0;
      const timer = setInterval(() => {
        // Several at once now and then, across the upgrade; the last one after it, however long it takes.
        const most = transport === 'upgrade' && !upgraded ? count - 1 : count;
        for (let burst = 0; burst <= sent % 4 && sent < most; burst++) {
          socket.send(message(sent++));
        }
        if (sent >= count) {
          clearInterval(timer);
        }
      }, 5);
    });
    socket.on('message', (data) => {
      if (!same(message(received), data)) {
        fail('another message came back');
      } else if (++received === count) {
        socket.close();
        if (transport === 'upgrade' && !upgraded) {
          fail('no upgrade');
        }
        resolve();
      }
    });
  });
}

const runs = [];
for (const version of [3, 4]) {
  for (const transport of Object.keys(transports)) {
    runs.push(run(version, transport), run(version, transport), run(version, transport));
  }
}
const failures = (await Promise.allSettled(runs)).filter((outcome) => outcome.status === 'rejected').map((outcome) => outcome.reason.message);
console.log(failures.join('\n') || 'ok');
process.exit(failures.length ? 1 : 0);
