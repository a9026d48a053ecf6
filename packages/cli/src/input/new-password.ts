import { randomInt } from 'node:crypto';
import { CliError } from '../failure.ts';
import type { Host } from '../host.ts';
import { askSecret } from './prompt.ts';

/** Asks twice, so that a slip of the finger locks nobody out. */
export const askNewPassword = async (host: Host, instead: string): Promise<string> => {
  const first = await askSecret(host, 'New password (10 characters or more): ', instead);
  const second = await askSecret(host, 'The same again: ', instead);
  if (first !== second)
    throw new CliError('cli.password_differs', 'The two passwords differ. Nothing was changed.');
  return first;
};

/** Without letters that look alike; 20 of these 54 carry 115 bits. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';

export const generatePassword = (): string =>
  Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join('');
