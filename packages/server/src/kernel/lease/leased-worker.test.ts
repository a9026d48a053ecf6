import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTestClock } from '../../../test/test-clock.ts';
import { createLogger } from '../log.ts';
import { createSystemRandom } from '../random.ts';
import { leaseMs, startLeasedWorker, type Lease, type LeasedWork } from './leased-worker.ts';

interface Row {
  readonly id: string;
}

/** A worker over rows that the test hands out. */
const workOver = (parts: Partial<LeasedWork<Row>>) => {
  const clock = createTestClock();
  const offered: Row[][] = [];
  const leases: Lease[] = [];
  const claims: { held: readonly string[] }[] = [];
  const ends: (() => void)[] = [];
  const worker = startLeasedWorker<Row>(
    {
      name: 'test',
      concurrency: 5,
      pollMs: 1_000_000,
      claim: async (lease) => {
        claims.push(lease);
        return offered.shift() ?? [];
      },
      renew: async (held) => new Set(held.map((row) => row.id)),
      work: (_row, lease) => {
        leases.push(lease);
        const done = Promise.withResolvers<void>();
        ends.push(done.resolve);
        lease.signal.addEventListener('abort', () => done.resolve());
        return done.promise;
      },
      ...parts,
    },
    { clock, random: createSystemRandom(clock), log: createLogger('silent') },
  );
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 10; turns += 1) await turn();
  };
  return {
    clock,
    leases,
    claims,
    ends,
    settle,
    worker,
    offer: async (...ids: string[]) => {
      offered.push(ids.map((id) => ({ id })));
      worker.wake();
      await settle();
    },
    advance: async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.advance(100);
        await settle();
      }
    },
  };
};

describe('leased work', () => {
  it('is given up well before the lease runs out when renewals hang instead of failing', async () => {
    const bed = workOver({ renew: () => new Promise(() => undefined) });
    await using _ = bed.worker;
    await bed.settle();
    await bed.offer('a');
    await bed.advance(leaseMs - 4000 - 100);
    assert.equal(bed.leases[0]?.signal.aborted, false);
    await bed.advance(200);
    assert.equal(bed.leases[0]?.signal.aborted, true, 'four seconds are left to end the work');
  });

  it('that ended and was claimed again during a renewal keeps its new lease', async () => {
    const answer = Promise.withResolvers<ReadonlySet<string>>();
    const bed = workOver({ renew: () => answer.promise });
    await using _ = bed.worker;
    await bed.settle();
    await bed.offer('a');
    await bed.advance(2500);
    bed.ends[0]?.();
    await bed.settle();
    await bed.offer('a');
    assert.equal(bed.leases.length, 2);
    answer.resolve(new Set());
    await bed.settle();
    assert.equal(bed.leases[1]?.signal.aborted, false, 'the renewal asked about the earlier lease');
  });

  it('is never at work twice in one process: not where the wall clock jumps, not where it is free again before it has ended', async () => {
    const bed = workOver({});
    await using _ = bed.worker;
    await bed.settle();
    await bed.offer('a');
    await bed.offer('a', 'b');
    assert.deepEqual(bed.claims.at(-1)?.held, ['a'], 'claims leave out what is held');
    assert.equal(bed.leases.length, 2);
    bed.ends[0]?.();
    await bed.settle();
    assert.equal(bed.leases.length, 3, 'the second follows the first');
    await bed.advance(5000);
    assert.equal(bed.leases[2]?.signal.aborted, false, 'and its lease is renewed');
  });

  it('claimed by a call that took as long as the lease is not begun', async () => {
    const slow = Promise.withResolvers<Row[]>();
    const bed = workOver({ claim: () => slow.promise });
    await using _ = bed.worker;
    await bed.settle();
    bed.clock.advance(leaseMs);
    slow.resolve([{ id: 'a' }]);
    await bed.settle();
    assert.equal(bed.leases.length, 0);
  });
});
