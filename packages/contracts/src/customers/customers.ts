import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { parseCpf } from '../cpf.ts';
import { Email, Id, IdParams, pageOf, pageQuery, Slug, text, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

/**
 * Customers of a project: who orders, known by their CPF. They are not users and sign in nowhere.
 *
 * A CPF travels in bodies only, never in an address. It is shown whole to those who may write, in what is about one
 * customer; in lists, and to those who may only read, as `***.982.247-**`.
 */

/** Eleven digits, whatever signs were between them. */
export const Cpf = z
  .string()
  .max(20)
  .transform((value, context) => {
    const cpf = parseCpf(value);
    if (cpf !== undefined) return cpf;
    // The value is not repeated: what is nearly a CPF is one with a typing error.
    context.addIssue({ code: 'custom', message: 'must be a CPF with right check digits' });
    return z.NEVER;
  });

/** What a customer agreed to: the purpose, and which version of the text they were shown. */
export const GivenConsent = z.strictObject({ purpose: Slug, version: text(40) });
export type GivenConsent = z.infer<typeof GivenConsent>;

export const Consent = GivenConsent.extend({ at: Timestamp });
export type Consent = z.infer<typeof Consent>;

const consents = z
  .array(GivenConsent)
  .max(10)
  .refine((all) => new Set(all.map(({ purpose }) => purpose)).size === all.length, 'each purpose once');

/** As a list shows them. */
export const ListedCustomer = z.strictObject({
  id: Id,
  name: z.string(),
  /** Masked. */
  cpf: z.string(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});

export const Customer = z
  .strictObject({
    ...ListedCustomer.shape,
    /** Eleven digits; masked for those who may only read. */
    cpf: z.string(),
    email: z.string(),
    consents: z.array(Consent),
  })
  .meta({ id: 'Customer' });
export type Customer = z.infer<typeof Customer>;

/** In which project; the caller's first one where none is named. */
const inProject = { projectId: Id.optional() };
const project = z.strictObject(inProject);

const fields = { name: text(200), email: Email };
const refusals = ['project.not_found', 'customer.pool'] as const;

export const listCustomers = route({
  method: 'GET',
  path: '/api/v1/customers',
  tag: 'customers',
  summary: 'Customers, or those whose name begins so',
  access: holdersOf('customers:read'),
  query: z.strictObject({
    ...pageQuery,
    // A pool elsewhere gives out longer ones than our own lists do.
    cursor: z
      .string()
      .max(6000)
      .regex(/^[A-Za-z0-9_-]+$/)
      .optional(),
    ...inProject,
    name: text(200).optional(),
  }),
  response: pageOf(ListedCustomer),
  errors: refusals,
});

export const getCustomer = route({
  method: 'GET',
  path: '/api/v1/customers/{id}',
  tag: 'customers',
  summary: 'One customer',
  access: holdersOf('customers:read'),
  params: IdParams,
  query: project,
  response: Customer,
  errors: ['customer.not_found', ...refusals],
});

export const lookUpCustomer = route({
  method: 'POST',
  path: '/api/v1/customers/lookup',
  tag: 'customers',
  summary: 'The customer with this CPF; by POST, so that no CPF is in an address',
  access: holdersOf('customers:read'),
  query: project,
  body: z.strictObject({ cpf: Cpf }),
  response: Customer,
  errors: ['customer.not_found', ...refusals],
});

export const createCustomer = route({
  method: 'POST',
  path: '/api/v1/customers',
  tag: 'customers',
  summary: 'Register a customer',
  access: holdersOf('customers:write'),
  query: project,
  body: z.strictObject({ ...fields, cpf: Cpf, consents: consents.default([]) }),
  status: 201,
  response: Customer,
  errors: ['customer.taken', ...refusals],
});

export const updateCustomer = route({
  method: 'PATCH',
  path: '/api/v1/customers/{id}',
  tag: 'customers',
  summary: 'Change name, e-mail or consents; a consent that is left out is withdrawn',
  access: holdersOf('customers:write'),
  params: IdParams,
  query: project,
  body: z.strictObject({ ...fields, consents }).partial(),
  response: Customer,
  errors: ['customer.not_found', ...refusals],
});

export const eraseCustomer = route({
  method: 'DELETE',
  path: '/api/v1/customers/{id}',
  tag: 'customers',
  summary: 'Remove every personal value of a customer for good; the id stays taken',
  access: holdersOf('customers:write'),
  params: IdParams,
  query: project,
  status: 204,
  errors: ['customer.not_found', ...refusals],
});

export const exportCustomer = route({
  method: 'GET',
  path: '/api/v1/customers/{id}/export',
  tag: 'customers',
  summary: 'All that is held of a customer here, for the customer',
  access: holdersOf('customers:write'),
  params: IdParams,
  query: project,
  response: z.strictObject({
    exportedAt: Timestamp,
    /** With the whole CPF. */
    customer: Customer,
    /** Where it is kept. */
    pool: z.enum(['embedded', 'cognito']),
  }),
  errors: ['customer.not_found', ...refusals],
});

export const listErasures = route({
  method: 'GET',
  path: '/api/v1/customers/erasures',
  tag: 'customers',
  summary: 'Who was erased since a time, oldest first, for services that keep the id of a customer',
  access: holdersOf('customers:read'),
  query: z.strictObject({ ...inProject, since: Timestamp.optional() }),
  response: z.strictObject({ items: z.array(z.strictObject({ customerId: Id, erasedAt: Timestamp })) }),
  errors: ['project.not_found'],
});
