-- The ledger of rentals: who keeps it, and what it is asked for.

CREATE TABLE ledger_accounts (
  account_id uuid PRIMARY KEY REFERENCES provider_accounts ON DELETE CASCADE,
  metered_at timestamptz,
  asked_at timestamptz,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON TABLE ledger_accounts IS 'Asking a provider for its charges, one process at a time for each account. Whoever writes lines of the account locks its row.';
COMMENT ON COLUMN ledger_accounts.metered_at IS 'The last listing that changed an estimate: an older one is late, and changes nothing.';
COMMENT ON COLUMN ledger_accounts.asked_at IS 'When the provider was last asked for charges, in vain or not.';

CREATE UNIQUE INDEX ledger_lines_open ON ledger_lines (rental_id, kind) WHERE to_at IS NULL;
COMMENT ON INDEX ledger_lines_open IS 'What goes on is counted once.';
CREATE INDEX ledger_lines_by_machine ON ledger_lines (machine_id);

CREATE INDEX rentals_uncharged ON rentals (account_id)
  WHERE provider_machine_id IS NOT NULL AND (gone_at IS NULL OR charged_until IS NULL OR charged_until < gone_at);
COMMENT ON INDEX rentals_uncharged IS 'Rentals of which the provider may still charge something.';
