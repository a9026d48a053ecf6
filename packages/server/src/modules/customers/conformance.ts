import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { completeCpf } from '@dumont/contracts/cpf';
import type { CustomerPool, NewCustomer } from './pool.ts';

export interface PoolBed extends AsyncDisposable {
  readonly pool: CustomerPool;
  advance(ms: number): void;
}

export const cpfOf = (number: number): string => completeCpf(String(100_000_000 + number));
export const person = (number: number, more: Partial<NewCustomer> = {}): NewCustomer => ({
  cpf: cpfOf(number),
  name: `Pessoa ${number}`,
  email: `pessoa${number}@example.org`,
  consents: [],
  ...more,
});

/** What every pool of customers promises. Each test opens an empty one of its own. */
export const describePool = (name: string, openBed: () => Promise<PoolBed>): void => {
  describe(`${name}: a pool of customers`, () => {
    const testPool = (what: string, check: (bed: PoolBed) => Promise<void>): void => {
      test(what, async () => {
        await using bed = await openBed();
        await check(bed);
      });
    };

    testPool('finds whom it was given by id and by CPF, as they were given', async ({ pool }) => {
      const given = person(1, {
        name: 'Ana "Aninha" \\ d’Ávila',
        consents: [{ purpose: 'offers', version: '2' }],
      });
      const added = await pool.add(given);
      assert.ok(added !== undefined);
      assert.deepEqual([added.cpf, added.name, added.email], [given.cpf, given.name, given.email]);
      assert.deepEqual(
        added.consents.map(({ purpose, version }) => ({ purpose, version })),
        given.consents,
      );
      assert.deepEqual(await pool.find(added.id), added);
      assert.deepEqual(await pool.findByCpf(given.cpf), added);
    });

    testPool('knows nobody else', async ({ pool }) => {
      await pool.add(person(1));
      assert.equal(await pool.find('01890000-0000-7000-8000-000000000000'), undefined);
      assert.equal(await pool.findByCpf(cpfOf(2)), undefined);
      assert.equal(await pool.update('01890000-0000-7000-8000-000000000000', { name: 'x' }), undefined);
    });

    testPool('takes a CPF once, also when many register it at the same instant', async ({ pool }) => {
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, at) => pool.add(person(1, { name: `Pessoa ${at}` }))),
      );
      const [only, ...others] = made.filter((customer) => customer !== undefined);
      assert.deepEqual(others, []);
      assert.deepEqual(await pool.findByCpf(cpfOf(1)), only);
      assert.equal((await pool.list({ name: undefined, after: undefined, limit: 50 })).items.length, 1);
    });

    testPool('changes what is named and leaves the rest', async ({ pool, advance }) => {
      const added = await pool.add(person(1, { consents: [{ purpose: 'offers', version: '1' }] }));
      assert.ok(added !== undefined);
      advance(5000);
      const renamed = await pool.update(added.id, { name: 'Outro nome' });
      assert.deepEqual(renamed, { ...added, name: 'Outro nome', updatedAt: renamed?.updatedAt });
      assert.equal(renamed.updatedAt.getTime() - added.updatedAt.getTime(), 5000);
      const moved = await pool.update(added.id, { email: 'novo@example.org' });
      assert.deepEqual([moved?.name, moved?.email], ['Outro nome', 'novo@example.org']);
      assert.deepEqual(await pool.find(added.id), moved);
    });

    testPool('a consent keeps its time until it is given to another version, or withdrawn', async (bed) => {
      const { pool, advance } = bed;
      const added = await pool.add(person(1, { consents: [{ purpose: 'offers', version: '1' }] }));
      const first = added?.consents[0]?.at;
      assert.ok(added !== undefined && first !== undefined);
      const change = async (...versions: readonly [string, string][]) => {
        advance(1000);
        const consents = versions.map(([purpose, version]) => ({ purpose, version }));
        return (await pool.update(added.id, { consents }))?.consents;
      };
      const two = await change(['offers', '1'], ['profile', '1']);
      assert.equal(two?.find(({ purpose }) => purpose === 'offers')?.at, first);
      const newer = await change(['offers', '2']);
      assert.equal(newer?.length, 1);
      assert.ok(newer[0] !== undefined && newer[0].at > first);
      assert.deepEqual(await change(), []);
    });

    testPool('lists each once over all pages, however small or large they are', async ({ pool }) => {
      const ids: string[] = [];
      for (let number = 0; number < 130; number += 1) ids.push((await pool.add(person(number)))?.id ?? '');
      for (const limit of [7, 65, 130, 200]) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await pool.list({ name: undefined, after, limit });
          assert.ok(page.items.length <= limit);
          seen.push(...page.items.map(({ id }) => id));
          after = page.next;
          if (after !== undefined) assert.match(after, /^[A-Za-z0-9_-]{1,6000}$/);
        } while (after !== undefined);
        assert.deepEqual(seen.toSorted(), ids.toSorted(), `by ${limit}`);
      }
    });

    testPool('lists those whose name begins so, whatever signs are in it', async ({ pool }) => {
      const names = [
        'Ana Lima',
        'Ana Souza',
        'Anastácia',
        'Mariana',
        '100% "Ana"',
        '1000',
        'A_na',
        'Axna',
        'B\\c',
      ];
      for (const [at, name] of names.entries()) await pool.add(person(at, { name }));
      const found = async (name: string) =>
        (await pool.list({ name, after: undefined, limit: 50 })).items.map((each) => each.name).toSorted();
      assert.deepEqual(await found('Ana'), ['Ana Lima', 'Ana Souza', 'Anastácia']);
      assert.deepEqual(await found('Ana L'), ['Ana Lima']);
      assert.deepEqual(await found('100%'), ['100% "Ana"']);
      assert.deepEqual(await found('100% "A'), ['100% "Ana"']);
      assert.deepEqual(await found('A_'), ['A_na']);
      assert.deepEqual(await found('B\\'), ['B\\c']);
      assert.deepEqual(await found('Zoé'), []);
    });

    testPool('a place in the list that it never gave out is refused', async ({ pool }) => {
      await pool.add(person(1));
      await assert.rejects(pool.list({ name: undefined, after: 'bm9uZQ', limit: 5 }), {
        code: 'request.cursor',
      });
    });

    testPool('who was removed is found by nothing, and the CPF may register anew', async ({ pool }) => {
      const added = await pool.add(person(1));
      assert.ok(added !== undefined);
      await pool.remove(added.id);
      await pool.remove(added.id);
      assert.equal(await pool.find(added.id), undefined);
      assert.equal(await pool.findByCpf(added.cpf), undefined);
      assert.deepEqual((await pool.list({ name: 'Pessoa', after: undefined, limit: 5 })).items, []);
      const again = await pool.add(person(1));
      assert.ok(again !== undefined && again.id !== added.id);
    });
  });
};
