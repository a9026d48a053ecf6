import type { Clock } from '../../../kernel/clock.ts';
import type { Provider, ProviderCall, ProviderKind } from './provider.ts';
import type { Send } from './transport.ts';
import { createVastProvider, vastIntervals } from './vast/vast.ts';

/** A provider is added by its folder and its line here. */
export const providerKinds: Readonly<
  Record<
    ProviderKind,
    {
      readonly defaultUrl: string;
      readonly intervals: Readonly<Record<ProviderCall, number>>;
      create(deps: { url: string; apiKey: string; send: Send; clock: Clock }): Provider;
    }
  >
> = {
  vast: {
    defaultUrl: 'https://console.vast.ai',
    intervals: vastIntervals,
    create: createVastProvider,
  },
};
