import { Cpf, GivenConsent } from '@dumont/contracts/customers/customers';
import { Email, text } from '@dumont/contracts/primitives';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Allowances } from '../allowances.ts';
import type { Customer, CustomerPool } from '../pool.ts';
import { createDoorHandler, readFields, type DoorHandler } from './exchange.ts';

const Body = z.strictObject({
  nome: text(200),
  email: Email,
  cpf: Cpf,
  consentimentos: z
    .array(z.strictObject({ finalidade: GivenConsent.shape.purpose, versao: GivenConsent.shape.version }))
    .max(10)
    .refine((all) => new Set(all.map(({ finalidade }) => finalidade)).size === all.length, 'each once')
    .default([]),
});

/**
 * `POST /cadastro {nome, email, cpf}`: 201 with what was given and the id, 400, 429. 409 where the CPF is registered:
 * it tells that and nothing of who it is, counts as a miss, and changes nothing of theirs. E-mails may repeat, so that
 * none can be tried out here.
 */
export const createRegister = (deps: {
  readonly pool: CustomerPool;
  readonly allowances: Pick<Allowances, 'take' | 'miss'>;
  readonly log: Logger;
  registered(customer: Customer): Promise<void>;
}): DoorHandler =>
  createDoorHandler('cadastro', deps.log, async (request) => {
    const { sourceAddress: address } = request;
    const { nome, email, cpf, consentimentos } = readFields(request, Body);
    await deps.allowances.take({ address, cpf });
    const consents = consentimentos.map(({ finalidade, versao }) => ({
      purpose: finalidade,
      version: versao,
    }));
    const customer = await deps.pool.add({ name: nome, email, cpf, consents });
    if (customer === undefined) {
      await deps.allowances.miss(address);
      throw new AppError('customer.taken');
    }
    await deps.registered(customer);
    return [
      201,
      {
        id: customer.id,
        nome: customer.name,
        email: customer.email,
        cpf: customer.cpf,
        created_at: customer.createdAt.toISOString(),
        updated_at: customer.updatedAt.toISOString(),
      },
    ];
  });
