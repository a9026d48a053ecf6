import { createHmac, randomUUID } from 'node:crypto';
import {
  NotificationRefused,
  ProviderRefused,
  ProviderUnavailable,
  type ChargeRequest,
  type ChargeState,
  type PaymentProvider,
} from '../src/application/payment-provider.ts';
import { serve, type TestServer } from './serve.ts';

export interface Charge {
  readonly externalId: string;
  readonly paymentId: string;
  readonly totalCents: number;
  status: ChargeState['status'];
}

export type Fault = 'lost request' | 'lost reply' | 'refused';
type Call = 'createCharge' | 'findCharge' | 'findChargeOf' | 'cancelCharge' | 'refundCharge';

/** Somebody who takes money, over a real listener: it survives the service, and answers badly where it is told to. */
export interface ChargeDesk extends TestServer {
  readonly charges: readonly Charge[];
  /** What was asked about, by `findCharge`. */
  readonly questions: readonly unknown[];
  /** The next calls of this name go wrong so, one after the other. */
  fail(call: Call, ...faults: readonly Fault[]): void;
  /** The customer pays, or does not. */
  settle(externalId: string, status: ChargeState['status'], totalCents?: number): void;
}

export const startChargeDesk = async (): Promise<ChargeDesk> => {
  const charges: Charge[] = [];
  const questions: unknown[] = [];
  const faults = new Map<Call, Fault[]>();
  const byId = (id: unknown): Charge | undefined => charges.find(({ externalId }) => externalId === id);

  const perform = (call: Call, argument: unknown): { status: number; body?: unknown } => {
    switch (call) {
      case 'createCharge': {
        const asked = argument as ChargeRequest;
        let charge = charges.find(({ paymentId }) => paymentId === asked.paymentId);
        if (charge === undefined) {
          const { paymentId, totalCents } = asked;
          charge = {
            externalId: `${charges.length + 1}-${randomUUID()}`,
            paymentId,
            totalCents,
            status: 'pending',
          };
          charges.push(charge);
        }
        return { status: 200, body: { externalId: charge.externalId, qrData: `qr:${charge.externalId}` } };
      }
      case 'findCharge':
        return { status: 200, body: byId(argument) ?? null };
      case 'findChargeOf':
        return { status: 200, body: charges.find(({ paymentId }) => paymentId === argument) ?? null };
      case 'cancelCharge':
      case 'refundCharge': {
        const charge = byId(argument);
        const from = call === 'cancelCharge' ? 'pending' : 'approved';
        if (charge?.status !== from) return { status: 409, body: `it is ${charge?.status ?? 'unknown'}` };
        charge.status = call === 'cancelCharge' ? 'cancelled' : 'refunded';
        return { status: 200, body: null };
      }
    }
  };

  const server = await serve(async (_request, body) => {
    const { call, argument } = JSON.parse(body) as { call: Call; argument: unknown };
    if (call === 'findCharge') questions.push(argument);
    const fault = faults.get(call)?.shift();
    if (fault === 'lost request') return 'hang up';
    if (fault === 'refused') return { status: 409, body: 'no' };
    const answer = perform(call, argument);
    return fault === 'lost reply' ? 'hang up' : answer;
  });
  return {
    ...server,
    charges,
    questions,
    fail: (call, ...more) => void faults.set(call, [...(faults.get(call) ?? []), ...more]),
    settle: (externalId, status, totalCents) => {
      const index = charges.findIndex((charge) => charge.externalId === externalId);
      const charge = charges[index];
      if (charge === undefined) throw new Error(`there is no charge ${externalId}`);
      charges[index] = { ...charge, status, totalCents: totalCents ?? charge.totalCents };
    },
  };
};

const secret = 'a secret of the tests';
export const signatureOf = (externalId: string): string =>
  createHmac('sha256', secret).update(externalId).digest('hex');

/** The port spoken to the desk. */
export const createDeskProvider = (url: string): PaymentProvider => {
  const ask = async <T>(call: Call, argument: unknown): Promise<T | undefined> => {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(url, { method: 'POST', body: JSON.stringify({ call, argument }) });
      answer = await response.json();
    } catch (cause) {
      throw new ProviderUnavailable('the desk does not answer', { cause });
    }
    if (response.status === 409) throw new ProviderRefused(String(answer));
    if (!response.ok) throw new ProviderUnavailable(String(answer));
    return (answer as T | null) ?? undefined;
  };
  return {
    createCharge: async (charge) => {
      const made = await ask<{ externalId: string; qrData: string }>('createCharge', charge);
      if (made === undefined) throw new ProviderUnavailable('no charge');
      return made;
    },
    findCharge: (externalId) => ask('findCharge', externalId),
    findChargeOf: (paymentId) => ask('findChargeOf', paymentId),
    cancelCharge: async (externalId) => void (await ask('cancelCharge', externalId)),
    refundCharge: async (externalId) => void (await ask('refundCharge', externalId)),
    readNotification: ({ headers, body }) => {
      const id = (body as { data?: { id?: unknown } } | undefined)?.data?.id;
      if (typeof id !== 'string' || headers['x-signature'] !== signatureOf(id)) {
        throw new NotificationRefused('the signature is not the desk’s');
      }
      return { externalId: id };
    },
  };
};
