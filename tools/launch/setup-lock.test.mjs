import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { takeSetupLock } from './setup-lock.mjs';
import { SetupError } from './steps.mjs';

const folder = mkdtempSync(join(tmpdir(), 'dumont-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A process that takes the lock, says so, and releases it when its standard input ends. */
function startHolder(path, extra = '') {
  const source = `
    import { takeSetupLock } from ${JSON.stringify(new URL('./setup-lock.mjs', import.meta.url).href)};
    const lock = await takeSetupLock(${JSON.stringify(path)});
    ${extra}
    process.stdout.write('taken\\n');
    process.stdin.on('end', () => lock.release()).resume();
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

test('a second set-up waits until the first is done', async () => {
  const path = join(folder, 'two');
  const first = startHolder(path);
  await once(first.stdout, 'data');
  const order = [];
  const second = takeSetupLock(path).then((lock) => {
    order.push('second has it');
    lock.release();
  });
  order.push('first ends');
  first.stdin.end();
  await second;
  assert.deepEqual(order, ['first ends', 'second has it']);
  assert.equal(existsSync(path), false);
});

test('of many set-ups at once, one works at a time', async () => {
  const path = join(folder, 'many');
  const marks = join(folder, 'marks');
  writeFileSync(marks, '');
  const work = `
    const { appendFileSync } = await import('node:fs');
    appendFileSync(${JSON.stringify(marks)}, 'in\\n');
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(${JSON.stringify(marks)}, 'out\\n');
  `;
  const holders = Array.from({ length: 5 }, () => startHolder(path, work));
  for (const holder of holders) holder.stdin.end();
  await Promise.all(holders.map((holder) => once(holder, 'close')));
  assert.equal(readFileSync(marks, 'utf8'), 'in\nout\n'.repeat(5));
});

test('the lock of a killed set-up is taken over', async () => {
  const path = join(folder, 'killed');
  const first = startHolder(path);
  await once(first.stdout, 'data');
  first.kill('SIGKILL');
  await once(first, 'close');
  assert.equal(existsSync(path), true);
  const lock = await takeSetupLock(path);
  lock.release();
});

test('what a killed set-up started still holds the lock', async () => {
  const path = join(folder, 'orphan');
  const orphan = spawn('sleep', ['60'], { stdio: 'ignore' });
  const first = startHolder(path, `lock.addOwner(${orphan.pid});`);
  await once(first.stdout, 'data');
  first.kill('SIGKILL');
  await once(first, 'close');
  await assert.rejects(takeSetupLock(path, { waitSeconds: 0.3 }), SetupError);
  orphan.kill('SIGKILL');
  await once(orphan, 'close');
  const lock = await takeSetupLock(path);
  lock.release();
});

test('a process that got the pid of a former owner is not taken for it', async () => {
  const path = join(folder, 'reused');
  mkdirSync(path);
  writeFileSync(join(path, 'owners'), `${process.pid} 1\n`);
  const lock = await takeSetupLock(path, { waitSeconds: 1 });
  lock.release();
});

test('a lock without an owner is left alone while it is young', async () => {
  const path = join(folder, 'young');
  mkdirSync(path);
  await assert.rejects(takeSetupLock(path, { waitSeconds: 0.3 }), SetupError);
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  const lock = await takeSetupLock(path);
  lock.release();
});
