import type { Consent, GivenConsent } from '@dumont/contracts/customers/customers';

export interface Customer {
  readonly id: string;
  /** Eleven digits. */
  readonly cpf: string;
  readonly name: string;
  readonly email: string;
  readonly consents: readonly Consent[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface NewCustomer {
  readonly cpf: string;
  readonly name: string;
  readonly email: string;
  readonly consents: readonly GivenConsent[];
}

/** What is left out stays as it is. */
export interface CustomerChange {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly consents?: readonly GivenConsent[] | undefined;
}

export interface CustomerPage {
  readonly items: readonly Customer[];
  /** For the next page, in the letters of base64url; undefined after the last. */
  readonly next: string | undefined;
}

/**
 * Where the customers of one project are kept. Throws `customer.pool` while it does not answer.
 *
 * CPFs come as eleven valid digits. The pool says who is who and nothing more: rights, limits, tokens and the record
 * of what was done are above it.
 */
export interface CustomerPool {
  readonly kind: 'embedded' | 'cognito';
  /** Undefined where the CPF is registered, also when two register it at the same instant. */
  add(customer: NewCustomer): Promise<Customer | undefined>;
  find(id: string): Promise<Customer | undefined>;
  findByCpf(cpf: string): Promise<Customer | undefined>;
  /** Each customer once over all pages; in an order of the pool's own. */
  list(query: {
    /** The beginning of the name. */
    readonly name: string | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<CustomerPage>;
  /** Undefined where there is none. `consents` replaces those there are; one that stays keeps its time. */
  update(id: string, change: CustomerChange): Promise<Customer | undefined>;
  /** Nothing of the customer is left. Taking away who is not there is no error. */
  remove(id: string): Promise<void>;
}
