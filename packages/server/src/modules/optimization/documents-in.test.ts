import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { proseOfParam } from '@dumont/contracts/findings';
import { systemClock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { pack, unpack } from '../../kernel/packed/packed.ts';
import type { App } from './apps/catalogue.ts';
import { schemaNames, type SchemaName } from './apps/read-apps.ts';
import {
  createDocuments,
  SchemaFaults,
  type CheckedDocument,
  type Documents,
  type Given,
} from './documents-in.ts';
import { readDocument } from './documents/document.ts';
import { examine, type Question } from './documents/examination.ts';
import { createExaminer, type Examiner } from './documents/examiner.ts';
import { schemaOf, toCornflowText } from './documents/validation.ts';

const appWith = (schema: object): App => {
  const text = JSON.stringify(schema);
  const ofEach = <T>(value: T) =>
    Object.fromEntries(schemaNames.map((name) => [name, value])) as Record<SchemaName, T>;
  return {
    id: 'app',
    description: '',
    schemaTexts: ofEach(text),
    schemas: ofEach(schemaOf(text)),
    folderApp: undefined,
  };
};
const rows = {
  type: 'object',
  properties: {
    rows: {
      type: 'array',
      items: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
    },
  },
};

let examiner: Examiner;
let asked = 0;
let documents: Documents;
before(() => {
  examiner = createExaminer({ clock: systemClock });
  documents = createDocuments({
    examiner: {
      ask: (question: Question) => {
        asked += 1;
        return examiner.ask(question);
      },
    },
  });
});
after(() => examiner[Symbol.asyncDispose]());

/** What comes of it, in words that can be compared. */
const outcomeOf = async (work: Promise<CheckedDocument>) => {
  try {
    return await work;
  } catch (error) {
    assert.ok(error instanceof AppError);
    const { code, message, issues, cause } = error;
    const texts = cause instanceof SchemaFaults ? cause.faults.map(toCornflowText) : undefined;
    return { code, message, issues, texts };
  }
};

/** Says that everything is small, and does in this thread what the other one would. */
const here = createDocuments({ examiner: { ask: async (question) => examine(question) } });

const large = 300_000;
const padding = ' '.repeat(large);
const cases: readonly (readonly [string, object, string])[] = [
  [
    'fits, with numbers as they are written',
    rows,
    `{"rows":[{"id":1.0},{"id":12345678901234567890}],${padding}"indicators":{"a":1.50},"é":"\\u00e9"}`,
  ],
  [
    'does not fit, in many rows',
    rows,
    `{"rows":[${Array.from({ length: 150 }, (_, n) => (n % 2 ? `{"id":${n}.5}` : '{}')).join()}]${padding}}`,
  ],
  ['is no JSON', rows, `{"rows":[${padding}\n  {"id":1},,]}`],
  ['has NaN', rows, `{"rows":[],${padding}"x":NaN}`],
  ['has half a character', rows, `{"x":"\ud800"${padding}}`],
  ['begins with a mark of its encoding', rows, `\ufeff{"x":1${padding}}`],
  ['is nested too deep', rows, `${padding}${'['.repeat(300)}${']'.repeat(300)}`],
  ['is held against what is no schema', { type: 'none of them' }, `{"x":1${padding}}`],
];

describe('a large document is answered as a small one', () => {
  for (const [what, schema, text] of cases) {
    it(`that ${what}`, async () => {
      const app = appWith(schema);
      const before = asked;
      const read = (from: Documents, given: Given) => outcomeOf(from.readChecked(app, 'instance', given));
      const expected = await read(here, text);
      assert.deepEqual(await read(documents, text), expected);
      assert.equal(asked, before + 1);
      // The same without its padding, which is read where it comes in.
      const small = await read(documents, text.replace(padding, ''));
      assert.deepEqual(Object.keys(small), Object.keys(expected));
      if ('hash' in small && 'hash' in expected) assert.equal(small.hash, expected.hash);
      else if ('texts' in small && 'texts' in expected) assert.deepEqual(small.texts, expected.texts);
    });
  }

  it('also as a part of another, whose bytes stay its own', async () => {
    const part = `{"rows":[{"id":1.0}],${padding}"x":[1]}`;
    const whole = readDocument(Buffer.from(`{"name":"n","data":${part}}`), { maxBytes: 1e7 });
    const data = whole.at('/data');
    assert.ok(data !== undefined);
    const checked = await documents.readChecked(appWith(rows), 'instance', data);
    assert.equal(await unpack(checked.packed), part);
    assert.equal(checked.hash, readDocument(part, { maxBytes: 1e7 }).hash());
    assert.equal(whole.at('/name')?.text, '"n"');
  });
});

describe('what is kept', () => {
  const text = `{"rows":[{"id":1.0}],${padding}"x":[1]}`;

  it('is checked as what is given, and stays as it is kept', async () => {
    const packed = await pack(Buffer.from(text));
    const checked = await documents.readChecked(appWith(rows), 'instance', packed);
    assert.equal(checked.packed, packed);
    assert.deepEqual(checked, await documents.readChecked(appWith(rows), 'instance', text));
  });

  it('is there as text a few at once where it is long, whatever is done with it', async () => {
    let count = 0;
    let most = 0;
    const counted = createDocuments({
      examiner: {
        ask: async (question) => {
          count += 1;
          most = Math.max(most, count);
          await delay(20);
          count -= 1;
          return examine(question);
        },
      },
    });
    const app = appWith(rows);
    const packed = await pack(Buffer.from(text));
    await Promise.all(
      [1, 2, 3].flatMap((): Promise<unknown>[] => [
        counted.readChecked(app, 'instance', packed),
        counted.readPatched(app, 'instance', packed, '[{"op":"remove","path":"/x"}]'),
        counted.compare(packed, packed),
      ]),
    );
    assert.equal(most, 2);
  });
});

describe('a large answer', () => {
  const text = `{"status":"optimal",${padding}"solution":{"x":1.50}}`;

  it('is read into the same document, also where it begins with a mark of its encoding', async () => {
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`)]) {
      const before = asked;
      const document = await documents.read('answer', bytes);
      assert.equal(asked, before + 1);
      assert.equal(document.text, text);
      assert.equal(document.hash(), readDocument(text, { maxBytes: 1e7 }).hash());
      assert.equal(document.at('/solution')?.text, '{"x":1.50}');
      // What was given is still whose it was.
      assert.equal(bytes.at(-1), '}'.charCodeAt(0));
    }
  });

  it('that is no document is refused with the place', async () => {
    await assert.rejects(documents.read('answer', Buffer.from(`${text}}`)), /line 1, column \d+/);
  });
});

describe('the thread for large documents', () => {
  const tenMegabytes = JSON.stringify({
    rows: Array.from({ length: 320_000 }, (_, id) => ({ id, w: id * 1.5, name: 'n' })),
  });

  it('leaves the event loop to others', async () => {
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 5);
    try {
      const { hash } = await documents.readChecked(appWith(rows), 'instance', tenMegabytes);
      assert.equal(hash.length, 64);
    } finally {
      clearInterval(counting);
    }
    // Here the work would take all turns but the first and the last.
    assert.ok(turns > 5, `${turns} turns`);
  });

  it('refuses what takes more memory than there is for it, and goes on', async () => {
    const own = createExaminer({ clock: systemClock, heapMegabytes: 32 });
    await using _ = own;
    const bounded = createDocuments({ examiner: own });
    await assert.rejects(
      bounded.readChecked(appWith(rows), 'instance', tenMegabytes),
      (error: unknown) =>
        error instanceof AppError &&
        error.code === 'optimization.document' &&
        /more memory/.test(proseOfParam(error, 'reason')),
    );
    const text = `{"rows":[]${padding}}`;
    const { packed } = await bounded.readChecked(appWith(rows), 'instance', text);
    assert.equal(await unpack(packed), text);
  });

  it('is not started again by who waits when it is ended', async () => {
    const own = createExaminer({ clock: systemClock });
    const question = { given: tenMegabytes, limits: { maxBytes: 1e8 }, schema: undefined };
    const asked = Promise.allSettled([own.ask(question), own.ask(question)]);
    await own[Symbol.asyncDispose]();
    assert.deepEqual(
      (await asked).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });

  it('answers many, one after the other, and goes on after one that ended badly', async () => {
    const own = createExaminer({ clock: systemClock });
    await using _ = own;
    const question = (given: string): Question => ({
      given,
      limits: { maxBytes: 1e7 },
      schema: '{}',
    });
    // What nobody asks.
    const bad = { ...question('{}'), limits: undefined as unknown as Question['limits'] };
    const answers = await Promise.allSettled([
      own.ask(question('[1]')),
      own.ask(bad),
      own.ask(question('[2]')),
    ]);
    assert.deepEqual(
      answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.kind : answer.status)),
      ['fits', 'rejected', 'fits'],
    );
  });
});
