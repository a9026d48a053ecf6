import { UnreachableError } from '@dumont/contracts/client';
import { expect, test } from 'vitest';
import { createSessionRenewal } from './session-renewal.ts';

const createWorld = (answer: () => Response | Promise<Response>, hasLocks = true) => {
  const requests: Request[] = [];
  const browser = { stamp: null as string | null };
  let queue: Promise<unknown> = Promise.resolve();
  const openTab = () =>
    createSessionRenewal({
      fetch: async (address, init) => {
        requests.push(new Request(new URL(address as string, 'http://dumont.test'), init));
        return answer();
      },
      csrfToken: () => 'token-1',
      stamp: {
        read: () => browser.stamp,
        write: () => {
          browser.stamp = String(requests.length);
        },
      },
      exclusively: (work) => {
        if (!hasLocks) return work();
        const mine = queue.then(work);
        queue = mine.catch(() => undefined);
        return mine;
      },
    });
  return { openTab, requests };
};

test('requests that fail together renew once', async () => {
  const { openTab, requests } = createWorld(() => new Response('{}'));
  const renew = openTab();
  expect(await Promise.all([renew(), renew(), renew()])).toEqual([true, true, true]);
  expect(requests.length).toBe(1);
  expect(requests[0]?.headers.get('x-csrf-token')).toBe('token-1');
  await renew();
  expect(requests.length).toBe(2);
});

test('so they do where the browser has no locks', async () => {
  const { openTab, requests } = createWorld(() => new Response('{}'), false);
  const renew = openTab();
  expect(await Promise.all([renew(), renew()])).toEqual([true, true]);
  expect(requests.length).toBe(1);
});

test('two tabs never present the same refresh token', async () => {
  const { openTab, requests } = createWorld(() => new Response('{}'));
  const [one, two] = [openTab(), openTab()];
  expect(await Promise.all([one(), two()])).toEqual([true, true]);
  expect(requests.length).toBe(1);
});

test('a refused renewal says so', async () => {
  const { openTab } = createWorld(() => new Response('{}', { status: 401 }));
  expect(await openTab()()).toBe(false);
});

test('a lost network or a failing server signs nobody out', async () => {
  const lost = createWorld(() => Promise.reject(new TypeError('network')));
  await expect(lost.openTab()()).rejects.toBeInstanceOf(UnreachableError);
  const failing = createWorld(() => new Response('', { status: 503 }));
  await expect(failing.openTab()()).rejects.toBeInstanceOf(UnreachableError);
});
