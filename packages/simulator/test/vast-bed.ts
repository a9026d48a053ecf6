import assert from 'node:assert/strict';
import { createCloud, type Cloud, type CloudEvent, type MarketOptions } from '../src/cloud/index.ts';
import { createVast, type FaultEdge, type Vast, type VastAnswer } from '../src/vast/index.ts';

export const startMs = Date.parse('2026-11-20T12:00:00Z');
export const key = 'account-key';
export const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx me@here';

/** A market in which nothing goes wrong by itself. */
export const calm: Partial<MarketOptions> = { machines: 60, badShare: 0 };

export interface BedOptions {
  readonly seed?: number;
  readonly market?: Partial<MarketOptions>;
  readonly hasLimits?: boolean;
  readonly faults?: FaultEdge;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  // A test reads what the wire says: its form is what is tested.
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Bed {
  readonly vast: Vast;
  readonly cloud: Cloud;
  readonly events: CloudEvent[];
  now(): number;
  advance(seconds: number): void;
  answer(method: string, url: string, body?: unknown, token?: string): VastAnswer;
  call(method: string, url: string, body?: unknown, token?: string): Reply;
  /** Rents the best rentable offer, or one of the given. */
  rent(body?: Readonly<Record<string, unknown>>, askId?: number): number;
  /** Lets time pass until the machine runs and SSH answers. */
  boot(contractId: number): void;
  asks(query?: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[];
  instance(id: number): Readonly<Record<string, unknown>>;
}

/** The API in virtual time. Limits are off unless asked for, so that a test says what it is about. */
export const openVastBed = (options: BedOptions = {}): Bed => {
  let nowMs = startMs;
  const events: CloudEvent[] = [];
  const cloud = createCloud(
    {
      seed: options.seed ?? 7,
      startMs,
      accounts: [
        { username: 'one', apiKey: key },
        { username: 'two', apiKey: 'other-key' },
      ],
      market: options.market ?? calm,
    },
    (event) => void events.push(event),
  );
  const vast = createVast({
    cloud,
    now: () => nowMs,
    publicUrl: 'http://vast.test',
    hasLimits: options.hasLimits ?? false,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  const answer: Bed['answer'] = (method, url, body, token = key) =>
    vast.handle({
      method,
      url,
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      body: body === undefined ? '' : JSON.stringify(body),
    });
  const call: Bed['call'] = (...parts) => {
    const response = answer(...parts);
    assert.ok(response !== 'lost', 'the reply was lost');
    const isJson = response.headers['content-type'] === 'application/json';
    return {
      status: response.status,
      text: response.body,
      body: isJson ? (JSON.parse(response.body) as Reply['body']) : {},
    };
  };
  const bed: Bed = {
    vast,
    cloud,
    events,
    now: () => nowMs,
    advance: (seconds) => {
      nowMs += Math.round(seconds * 1000);
      cloud.advanceTo(nowMs);
    },
    answer,
    call,
    asks: (query = { rentable: { eq: true } }) =>
      call('POST', '/api/v0/bundles/', query).body['offers'] as readonly Readonly<Record<string, unknown>>[],
    rent: (body = {}, askId = Number(bed.asks()[0]?.['id'])) => {
      const reply = call('PUT', `/api/v0/asks/${askId}/`, { image: 'pytorch/pytorch', disk: 20, ...body });
      assert.equal(reply.status, 200, reply.text);
      return Number(reply.body['new_contract']);
    },
    boot: (contractId) => {
      for (let waited = 0; cloud.probe(contractId).outcome !== 'ok'; waited++) {
        assert.ok(waited < 3600, `machine ${contractId} never came up`);
        bed.advance(1);
      }
    },
    instance: (id) => call('GET', `/api/v0/instances/${id}/`).body['instances'] as Reply['body'],
  };
  return bed;
};
