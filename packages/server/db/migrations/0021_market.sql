-- Accounts at clouds that sell machines, what they list, what they ask for, and how their hosts did.

CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id uuid NOT NULL,
  epoch integer NOT NULL,
  seen_at timestamptz NOT NULL
);
COMMENT ON TABLE installation IS 'Whose machines are ours: the id is in the label of each, and beside the epoch in a file outside of the database.';
COMMENT ON COLUMN installation.epoch IS 'Counts starts: a file that has counted further tells of a database restored from a backup.';
COMMENT ON COLUMN installation.seen_at IS 'When a server on this database last said that it lives.';

CREATE TABLE former_installations (
  id uuid PRIMARY KEY,
  until timestamptz NOT NULL
);
COMMENT ON TABLE former_installations IS 'Ids that this database had before it was restored or cloned. Their machines are adopted by hand only.';

CREATE TABLE provider_accounts (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id),
  name text NOT NULL,
  kind text NOT NULL,
  url text NOT NULL,
  api_key bytea NOT NULL,
  external_id text,
  is_installation boolean NOT NULL,
  is_open boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT provider_accounts_name_key UNIQUE (project_id, name)
);
CREATE UNIQUE INDEX provider_accounts_installation_key ON provider_accounts (kind, url) WHERE is_installation;
CREATE UNIQUE INDEX provider_accounts_external_key ON provider_accounts (kind, url, external_id);
COMMENT ON INDEX provider_accounts_external_key IS 'Two rows of one account would break its limits, and each machine would be listed twice.';
COMMENT ON COLUMN provider_accounts.api_key IS 'Sealed by the vault, in the context provider-account:<id>.';
COMMENT ON COLUMN provider_accounts.external_id IS 'What the provider calls the account: a key of another one would show none of our machines.';
COMMENT ON COLUMN provider_accounts.is_installation IS 'From the configuration: every project may rent in it, and its address is trusted.';
COMMENT ON COLUMN provider_accounts.is_open IS 'False where the configuration no longer names it: nothing new is rented, what is there is looked after.';

CREATE TABLE provider_paces (
  account_id uuid NOT NULL REFERENCES provider_accounts (id) ON DELETE CASCADE,
  lane text NOT NULL,
  next_free_at timestamptz NOT NULL,
  refusals integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, lane)
);
COMMENT ON TABLE provider_paces IS 'When the next request of a kind may be sent, over all replicas.';
COMMENT ON COLUMN provider_paces.refusals IS 'Requests refused as too frequent since the last that was not.';

CREATE TABLE provider_machines (
  account_id uuid NOT NULL REFERENCES provider_accounts (id) ON DELETE CASCADE,
  machine_id text NOT NULL,
  known_at timestamptz NOT NULL,
  destroy_asked_at timestamptz,
  PRIMARY KEY (account_id, machine_id)
);
COMMENT ON TABLE provider_machines IS 'Machines of ours that a list must show: one without them is doubted until the provider says of each that it is gone.';

CREATE TABLE provider_listings (
  account_id uuid PRIMARY KEY REFERENCES provider_accounts (id) ON DELETE CASCADE,
  machines jsonb,
  taken_at timestamptz,
  blind_since timestamptz,
  blind_reason text,
  blind_told_at timestamptz,
  requested bigint NOT NULL DEFAULT 0,
  listed bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON TABLE provider_listings IS 'The last complete list of each account; the lease is of the one poller.';
COMMENT ON COLUMN provider_listings.requested IS 'Counts who asked for a fresh list; listed and failed: up to which of them the last list, the last failure answers.';

CREATE TABLE hosts (
  marketplace text NOT NULL,
  host_machine_id text NOT NULL,
  host_id text NOT NULL,
  gpu_name text,
  gpu_count integer,
  geolocation text,
  verified boolean,
  reliability double precision,
  price_micro_usd bigint,
  download_mbps double precision,
  first_offered_at timestamptz,
  last_offered_at timestamptz,
  times_offered integer NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  usable integer NOT NULL DEFAULT 0,
  failures jsonb NOT NULL DEFAULT '{}',
  usable_weight double precision NOT NULL DEFAULT 0,
  failed_weight double precision NOT NULL DEFAULT 0,
  ready_weight_seconds double precision NOT NULL DEFAULT 0,
  weighed_at timestamptz,
  PRIMARY KEY (marketplace, host_machine_id)
);
COMMENT ON TABLE hosts IS 'Physical machines of a marketplace: as they were last offered, and how our attempts on them went.';
COMMENT ON COLUMN hosts.usable_weight IS 'Usable attempts, each halved by every half-life that passed until weighed_at; failed_weight likewise.';
COMMENT ON COLUMN hosts.ready_weight_seconds IS 'Seconds until usable, summed with those same weights.';

CREATE TABLE host_attempts (
  id uuid PRIMARY KEY,
  marketplace text NOT NULL,
  host_machine_id text NOT NULL,
  host_id text NOT NULL,
  project_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('usable', 'failed')),
  failure text,
  seconds double precision NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX host_attempts_by_project ON host_attempts (project_id, id DESC);
CREATE INDEX host_attempts_by_time ON host_attempts (at);
COMMENT ON TABLE host_attempts IS 'Each machine that was waited for to the end; kept for a year. Losers of a race are not in it.';

CREATE TABLE host_blacklist (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind text NOT NULL,
  host_machine_id text NOT NULL,
  reason text NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL,
  CONSTRAINT host_blacklist_key UNIQUE (project_id, kind, host_machine_id)
);

CREATE TABLE market_samples (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  marketplace text NOT NULL,
  gpu_name text NOT NULL,
  rental text NOT NULL CHECK (rental IN ('on-demand', 'bid')),
  at timestamptz NOT NULL,
  is_whole boolean NOT NULL,
  offers integer NOT NULL,
  gpus integer NOT NULL,
  gpu_memory_mb integer NOT NULL,
  min_micro_usd bigint NOT NULL,
  p10_micro_usd bigint NOT NULL,
  p25_micro_usd bigint NOT NULL,
  p50_micro_usd bigint NOT NULL,
  p75_micro_usd bigint NOT NULL,
  p90_micro_usd bigint NOT NULL,
  regions jsonb NOT NULL
);
CREATE INDEX market_samples_by_gpu ON market_samples (gpu_name, rental, at) WHERE is_whole;
CREATE INDEX market_samples_by_time ON market_samples USING brin (at);
COMMENT ON TABLE market_samples IS 'What each search found of each GPU type. Prices are of one GPU for an hour, without disk.';
COMMENT ON COLUMN market_samples.is_whole IS 'All verified offers of the type were looked at: the search asked for nothing more, and was not cut off.';

CREATE TABLE market_watches (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  gpu_name text NOT NULL,
  alert_below_micro_usd bigint,
  last_sampled_at timestamptz,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT market_watches_key UNIQUE (project_id, gpu_name)
);
CREATE INDEX market_watches_due ON market_watches (due_at);
COMMENT ON COLUMN market_watches.alert_below_micro_usd IS 'Of one GPU for an hour on demand: an event market.price_below with every sample under it.';
