// The real program on a small generated dataset, in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IMAGES = process.env.ERRATA_IMAGES || '300';

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Starts the program and waits for the address that it prints. */
function run(bin, args) {
  const child = spawn(bin, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk) => {
      output += chunk;
      const found = /Review at (\S+)/.exec(output);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${bin} ${args.join(' ')} ended with ${code}:\n${output}`)));
  });
  return { child, url };
}

const ended = (child) =>
  new Promise((resolve) =>
    child.exitCode !== null || child.signalCode !== null ? resolve() : child.on('exit', resolve),
  );

/** A review of another dataset, beside the one under test. */
export async function review(bin, args) {
  const { child, url } = run(bin, ['review', ...args, '--no-open', '--as', 'e2e']);
  return {
    url: await url,
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

/**
 * A server under test. `restart` kills it without warning and starts it again on
 * the same port; null when the server is not ours.
 */
export async function start() {
  if (process.env.ERRATA_URL) return { url: process.env.ERRATA_URL, restart: null, stop: async () => undefined };
  const bin = process.env.ERRATA_BIN;
  if (!bin) throw new Error('Set ERRATA_BIN to the errata program, or ERRATA_URL to the address of a running review.');
  const folder = await mkdtemp(join(tmpdir(), 'errata-e2e-'));
  const dataset = join(folder, 'signs');
  const address = `127.0.0.1:${await freePort()}`;
  const listen = ['--no-open', '--address', address, '--as', 'e2e'];
  let running = run(bin, ['demo', '--dir', dataset, '--images', IMAGES, '--seed', '1', '--review', ...listen]);
  const server = {
    url: await running.url,
    bin,
    folder,
    dataset,
    async kill() {
      running.child.kill('SIGKILL');
      await ended(running.child);
    },
    async revive() {
      running = run(bin, ['review', dataset, ...listen]);
      server.url = await running.url;
    },
    async restart() {
      await server.kill();
      await server.revive();
    },
    async stop() {
      running.child.kill('SIGTERM');
      await ended(running.child);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return server;
}
