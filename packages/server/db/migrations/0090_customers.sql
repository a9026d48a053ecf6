-- Customers of a project: who orders, known by their CPF. They are not users.

CREATE TABLE customers (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  cpf_hash bytea NOT NULL,
  cpf_sealed bytea NOT NULL,
  name text NOT NULL,
  email_sealed bytea NOT NULL,
  consents jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT customers_cpf_key UNIQUE (project_id, cpf_hash)
);
CREATE INDEX customers_by_project ON customers (project_id, id);
CREATE INDEX customers_by_name ON customers (project_id, lower(name) text_pattern_ops);
COMMENT ON TABLE customers IS 'The embedded pool. A row goes when its customer is erased; customer_erasures keeps the id.';
COMMENT ON COLUMN customers.cpf_hash IS 'HMAC of project and CPF under a key of the vault: there are too few CPFs for a plain hash to hide one.';
COMMENT ON COLUMN customers.email_sealed IS 'Nothing searches by it, so that it need not be readable.';
COMMENT ON COLUMN customers.consents IS 'What was agreed to: purpose, version of the text, when.';

CREATE TABLE customer_erasures (
  customer_id uuid PRIMARY KEY,
  project_id uuid NOT NULL,
  requested_by uuid NOT NULL,
  address text,
  requested_at timestamptz NOT NULL,
  erased_at timestamptz
);
CREATE INDEX customer_erasures_unfinished ON customer_erasures (requested_at) WHERE erased_at IS NULL;
CREATE INDEX customer_erasures_by_time ON customer_erasures (erased_at) WHERE erased_at IS NOT NULL;
COMMENT ON TABLE customer_erasures IS 'Written before the pool forgets, finished after it: whoever dies in between is followed by another. Refers to nothing, so that it outlives what it speaks of.';

CREATE TABLE customer_allowances (
  key bytea PRIMARY KEY,
  level double precision NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX customer_allowances_by_time ON customer_allowances (at);
COMMENT ON TABLE customer_allowances IS 'How often an address or a CPF may still be tried, shared by all replicas. The key is an HMAC.';
