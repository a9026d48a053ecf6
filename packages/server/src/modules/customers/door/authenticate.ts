import { parseCpf } from '@dumont/contracts/cpf';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Allowances } from '../allowances.ts';
import { anonymousSubject, customerTokenSeconds, type CustomerTokens } from '../customer-tokens.ts';
import type { CustomerPool } from '../pool.ts';
import { createDoorHandler, readFields, type DoorHandler } from './exchange.ts';

const Body = z.strictObject({ cpf: z.string().max(20).nullish() });

/**
 * `POST /auth {cpf}`: a token for the customer with this CPF, and nothing else about them. 400 for what is no CPF,
 * 404 for one that nobody has, 429.
 *
 * Without a CPF (`""`, `null`, left out) the token says `anonymous`, and opens what no token opens as well: clients
 * that always send one go on working. Without a body it is a mistake, 400.
 *
 * 404 tells that a CPF is not registered, and `POST /cadastro` tells the same by 409: neither can do its work without.
 * So nothing is won by answering both in equal time; what holds is that everything that is answered alike (a limit, a
 * bad CPF; one that is unknown and one that was erased) takes the same path.
 */
export const createAuthenticate = (deps: {
  readonly pool: CustomerPool;
  readonly tokens: CustomerTokens;
  readonly allowances: Pick<Allowances, 'take' | 'miss'>;
  readonly log: Logger;
}): DoorHandler => {
  const tokenOf = async (cpf: string, address: string): Promise<string> => {
    const customer = await deps.pool.findByCpf(cpf);
    if (customer !== undefined) return deps.tokens.issue(customer.id);
    await deps.allowances.miss(address);
    throw new AppError('customer.not_found');
  };

  return createDoorHandler('auth', deps.log, async (request) => {
    const { sourceAddress: address } = request;
    const { cpf: given } = readFields(request, Body);
    const typed = given?.trim() ?? '';
    const isAnonymous = typed === '';
    const cpf = parseCpf(typed);
    await deps.allowances.take({ address, cpf });
    if (!isAnonymous && cpf === undefined) throw new AppError('customer.cpf');
    const token = cpf === undefined ? await deps.tokens.issue(anonymousSubject) : await tokenOf(cpf, address);
    return [200, { token, accessToken: token, tokenType: 'Bearer', expiresIn: customerTokenSeconds }];
  });
};
