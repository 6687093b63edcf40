// Builds the page into the folder given as the first argument; run by `dotnet build` of PushApp.Web (see ClientApp.targets).
// Only one of several builds of this checkout works at a time; the others wait and then find that nothing is left to do.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

const root = dirname(fileURLToPath(import.meta.url));
const output = resolve(process.argv[2] ?? join(root, 'dist'));
const stamp = join(dirname(output), 'clientapp.stamp');

const release = await lock();
try {
  await installPackages();
  await buildPage();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  release();
}

async function installPackages() {
  const marker = join(root, 'node_modules', '.installed-for');
  const wanted = hash(['package.json', 'package-lock.json']);
  if (read(marker) === wanted) {
    return;
  }
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(marker, wanted);
}

async function buildPage() {
  const wanted = hash(inputs());
  if (read(stamp) === wanted && existsSync(join(output, 'index.html'))) {
    return;
  }
  // Into a folder of its own first: a build that fails half way leaves the last good page alone.
  const fresh = `${output}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit']);
  await run(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir']);
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
  writeFileSync(stamp, wanted);
}

function inputs() {
  const found = [];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name === 'test') {
        continue;
      }
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        visit(path);
      } else {
        found.push(relative(root, path));
      }
    }
  };
  visit(root);
  return found.sort();
}

function hash(files) {
  const sum = createHash('sha256');
  for (const file of files) {
    sum.update(file).update('\0').update(readFileSync(join(root, file))).update('\0');
  }
  return sum.digest('hex');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function run(command, args) {
  const isWindows = process.platform === 'win32';
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    // npm is a .cmd file on Windows, which only a shell starts.
    shell: isWindows && command === 'npm',
  });
  return new Promise((done, fail) => {
    child.on('error', (error) => fail(new Error(`${command} could not be started (${error.message}). Install Node.js 20.19 or newer, with npm, and put it on the PATH.`)));
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`'${[command, ...args].join(' ')}' failed with exit code ${code}; its output is above.`))));
  });
}

// A listening local socket is the lock: the system itself takes it away when its owner dies, however it dies.
async function lock() {
  const name = `pushapp-clientapp-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
  for (;;) {
    const server = createServer((socket) => socket.destroy());
    const taken = await new Promise((done) => {
      server.once('error', () => done(false));
      server.listen(address, () => done(true));
    });
    if (taken) {
      server.unref();
      return () => server.close();
    }
    if (!address.startsWith('\0') && process.platform !== 'win32' && !(await answers(address))) {
      // Elsewhere than on Linux and Windows a dead owner leaves its socket file behind.
      rmSync(address, { force: true });
      continue;
    }
    await delay(100);
  }
}

function answers(address) {
  return new Promise((done) => {
    const socket = connect(address);
    socket.once('connect', () => (socket.destroy(), done(true)));
    socket.once('error', () => done(false));
  });
}
