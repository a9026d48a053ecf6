import { ask } from '../lib/api.ts';

/** Where the simulated wallet pays; undefined where the payment provider is a real one, or cannot be asked. */
export const walletOf = async (): Promise<string | undefined> => {
  try {
    return (await ask<{ carteira: string | null }>('GET', '/loja/configuracao.json')).carteira ?? undefined;
  } catch {
    return undefined;
  }
};
