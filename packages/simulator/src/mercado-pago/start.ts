import type { Clock } from '../clock.ts';
import { lockFolder } from '../folder-lock.ts';
import { serve } from '../serve.ts';
import type { Account } from './account.ts';
import { createFaults, type Faults } from './faults.ts';
import { createHandler } from './handler.ts';
import { createProvider, type Provider } from './provider.ts';
import { createSender } from './sender.ts';
import { openStore } from './store.ts';

export interface MercadoPagoOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given; a phone needs one that it reaches. */
  readonly host?: string | undefined;
  /** Where orders and notifications outlive the process. One process at a time. */
  readonly dataFolder: string;
  readonly account: Account;
  readonly seed: number;
  readonly clock: Clock;
  /** Opens `/_simulator/` to its bearer. */
  readonly controlToken?: string | undefined;
}

export interface RunningMercadoPago extends AsyncDisposable {
  /** `http://127.0.0.1:8771`: what MERCADO_PAGO_URL is set to. */
  readonly url: string;
  readonly faults: Pick<Faults, 'add' | 'setRates' | 'clear' | 'counts'>;
  /** The payer's word, as by the payer's page. */
  readonly pay: Provider['pay'];
}

/** Orders expire, and a clock that was set is followed, at least this often. */
const maxSleepMs = 1000;

/** Plays Mercado Pago on this host: QR codes of stores, payers, and signed notifications. */
export const startMercadoPago = async (options: MercadoPagoOptions): Promise<RunningMercadoPago> => {
  const { account, clock, seed, controlToken } = options;
  const nowMs = (): number => clock.now().getTime();
  const closing = new AbortController();
  await using stack = new AsyncDisposableStack();
  stack.use(await lockFolder(options.dataFolder));
  const store = stack.use(openStore(options.dataFolder));
  const faults = createFaults(seed);

  let woken = new AbortController();
  const wake = (): void => woken.abort();
  const sender = createSender({ account, store, seed, clock, signal: closing.signal, onSent: wake });
  const provider = createProvider({ account, store, faults, seed, nowMs, onNews: wake });
  const handle = createHandler({
    control:
      controlToken === undefined
        ? undefined
        : { provider, faults, sender, onHurry: wake, token: controlToken },
    provider,
    faults,
    clock,
    seed,
    signal: closing.signal,
  });
  const served = await serve({ port: options.port, host: options.host, handle });

  /** Lets happen what happens by itself, when it is due. */
  const keepTime = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      woken = new AbortController();
      provider.expireDue();
      sender.sendDue();
      const waitMs = Math.max(1, (sender.nextDueMs() ?? Infinity) - nowMs());
      await clock.sleep(Math.min(maxSleepMs, waitMs), AbortSignal.any([closing.signal, woken.signal]));
    }
  };
  const keeping = keepTime();
  const resources = stack.move();
  return {
    url: served.url,
    faults,
    pay: provider.pay,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await served[Symbol.asyncDispose]();
      await keeping;
      await sender.settle();
      await resources.disposeAsync();
    },
  };
};
