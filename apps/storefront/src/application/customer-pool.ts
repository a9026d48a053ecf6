/** The customers' owner, a service of its own: this one keeps nothing of them but their ids. */
export interface CustomerPool {
  list(query: {
    name?: string | undefined;
    cursor?: string | undefined;
    limit: number;
  }): Promise<CustomerPage>;
  find(id: string): Promise<Customer | undefined>;
  /** By the eleven digits of a CPF. */
  lookUp(cpf: string): Promise<Customer | undefined>;
  /** Throws Failure `cliente_repetido` where the CPF is taken. */
  register(draft: CustomerDraft & { cpf: string }): Promise<Customer>;
  /** Undefined where there is none. */
  update(id: string, change: Partial<CustomerDraft>): Promise<Customer | undefined>;
  /** A customer who is gone already is erased as well. */
  erase(id: string): Promise<void>;
  /** Who was erased since then, oldest first. */
  listErasures(since: Date | undefined): Promise<readonly { customerId: string; erasedAt: Date }[]>;
  isUp(): Promise<boolean>;
}

export interface CustomerDraft {
  readonly name: string;
  readonly email: string;
}

export interface ListedCustomer {
  readonly id: string;
  readonly name: string;
  /** Masked in lists, and wherever our token may only read. */
  readonly cpf: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Customer extends ListedCustomer {
  readonly email: string;
}

export interface CustomerPage {
  readonly items: readonly ListedCustomer[];
  readonly nextCursor: string | null;
}
