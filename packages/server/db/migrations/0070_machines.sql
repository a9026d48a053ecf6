-- Machines: what a user asked for, what was rented for it, the work on it, what is going on in it, what it cost.

CREATE TABLE machines (
  id uuid PRIMARY KEY,
  project_id uuid NOT NULL REFERENCES projects,
  owner_id uuid,
  label text NOT NULL,
  state text NOT NULL CHECK (state IN ('new', 'running', 'paused', 'hibernated', 'lost', 'destroyed')),
  state_at timestamptz NOT NULL,
  epoch integer NOT NULL DEFAULT 0,
  rental_id uuid,
  snapshot_id uuid,
  account_id uuid,
  offer_id text,
  needs jsonb NOT NULL,
  image text NOT NULL,
  disk_gb integer NOT NULL,
  ports integer[] NOT NULL,
  environment jsonb NOT NULL DEFAULT '{}',
  on_start text NOT NULL DEFAULT '',
  ssh_public_key text NOT NULL,
  ssh_private_key bytea NOT NULL,
  idle_policy jsonb NOT NULL,
  idle_since timestamptz,
  keep_until timestamptz,
  last_beat_at timestamptz,
  sleep_cron text,
  wake_cron text,
  time_zone text NOT NULL DEFAULT 'UTC',
  sleep_at timestamptz,
  wake_at timestamptz,
  problem text,
  problem_finding jsonb,
  problem_at timestamptz,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  lease_token uuid,
  lease_expires_at timestamptz
);
CREATE INDEX machines_by_project ON machines (project_id, id DESC);
CREATE INDEX machines_due ON machines (due_at) WHERE state <> 'destroyed';
COMMENT ON COLUMN machines.state IS 'What it is at rest; an operation that is not finished says where it is going.';
COMMENT ON COLUMN machines.epoch IS 'Rises whenever another rental takes charge; what comes from a lower one is refused.';
COMMENT ON COLUMN machines.rental_id IS 'The rental in charge: the only one whose files count.';
COMMENT ON COLUMN machines.snapshot_id IS 'What it wakes from: verified, and made when it was last put to sleep or lost.';
COMMENT ON COLUMN machines.offer_id IS 'The one offer that was asked for, with its account; null: the best ones race.';
COMMENT ON COLUMN machines.ssh_private_key IS 'Sealed by the vault, in the context machine:<id>: how this server enters it.';
COMMENT ON COLUMN machines.idle_since IS 'Since when every figure was quiet on fresh beats; null: at work, or unknown.';
COMMENT ON COLUMN machines.problem IS 'What keeps going wrong, for people; null when all is well.';
COMMENT ON COLUMN machines.problem_finding IS 'The same without words: {code, params}; null where they are those of a provider or a program.';

CREATE TABLE machine_operations (
  id uuid PRIMARY KEY,
  machine_id uuid NOT NULL REFERENCES machines,
  kind text NOT NULL CHECK (kind IN ('deploy', 'pause', 'resume', 'reboot', 'hibernate', 'wake', 'migrate', 'destroy', 'adopt')),
  phase text NOT NULL,
  phase_at timestamptz NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  batch integer NOT NULL DEFAULT 0,
  request jsonb NOT NULL,
  requested_by uuid,
  reason text NOT NULL,
  offers_found integer,
  winner_id uuid,
  source_id uuid,
  snapshot_id uuid,
  restore_id uuid,
  seconds jsonb NOT NULL DEFAULT '{}',
  problem text,
  problem_finding jsonb,
  cancel_requested_at timestamptz,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('done', 'failed', 'cancelled')),
  error_code text,
  error_params jsonb,
  error_message text
);
CREATE UNIQUE INDEX machine_operations_one ON machine_operations (machine_id) WHERE finished_at IS NULL;
CREATE INDEX machine_operations_by_machine ON machine_operations (machine_id, id DESC);
COMMENT ON COLUMN machine_operations.tries IS 'How often the present phase was begun anew.';
COMMENT ON COLUMN machine_operations.batch IS 'How many batches of machines were ordered for it.';
COMMENT ON COLUMN machine_operations.winner_id IS 'The rental that answered first. It is in charge from then on, and given back if it cannot be set up.';
COMMENT ON COLUMN machine_operations.source_id IS 'The rental that was in charge before, kept until its files are verified on the winner.';
COMMENT ON COLUMN machine_operations.seconds IS 'How long each phase took.';
COMMENT ON COLUMN machine_operations.reason IS 'Why: user, idle, schedule, outbid, lost, run, found.';

CREATE TABLE rentals (
  id uuid PRIMARY KEY,
  machine_id uuid NOT NULL REFERENCES machines,
  operation_id uuid,
  account_id uuid NOT NULL REFERENCES provider_accounts,
  batch integer NOT NULL,
  slot integer NOT NULL,
  label text NOT NULL,
  offer_id text NOT NULL,
  host_machine_id text NOT NULL,
  host_id text NOT NULL,
  offer jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('ordered', 'waiting', 'usable', 'releasing', 'gone', 'never')),
  provider_machine_id text,
  host_key text,
  ssh_host text,
  ssh_port integer,
  failure text,
  release_reason text,
  agent_token_sha256 bytea,
  ordered_at timestamptz NOT NULL,
  key_at timestamptz,
  usable_at timestamptz,
  handed_over_at timestamptz,
  release_asked_at timestamptz,
  gone_at timestamptz,
  charged_until timestamptz,
  CONSTRAINT rentals_provider_machine UNIQUE (account_id, provider_machine_id)
);
CREATE INDEX rentals_by_machine ON rentals (machine_id);
CREATE INDEX rentals_by_label ON rentals (label);
CREATE INDEX rentals_live ON rentals (account_id) WHERE state NOT IN ('gone', 'never');
CREATE UNIQUE INDEX rentals_by_token ON rentals (agent_token_sha256);
COMMENT ON TABLE rentals IS 'Each machine of a provider that was ever ordered: written before the order is sent.';
COMMENT ON COLUMN rentals.state IS 'ordered: asked for, the reply may be lost. waiting: it exists. usable: an authenticated command answered. releasing: its end is asked for and not yet seen. gone: the provider no longer lists it. never: it was never rented.';
COMMENT ON COLUMN rentals.label IS 'Shared by a batch, which is one request: the host tells its machines apart.';
COMMENT ON COLUMN rentals.key_at IS 'When our SSH key was put on it.';
COMMENT ON COLUMN rentals.handed_over_at IS 'From then on it may hold files of its user: it is not given back without a verified snapshot, or their word.';
COMMENT ON COLUMN rentals.charged_until IS 'The provider''s charges are in the ledger up to here.';

CREATE TABLE machine_samples (
  machine_id uuid NOT NULL REFERENCES machines,
  at timestamptz NOT NULL,
  epoch integer NOT NULL,
  gpu_percent real[],
  gpu_memory_used_mb real[],
  gpu_memory_total_mb real[],
  gpu_temperature real[],
  cpu_percent real,
  memory_used_mb real,
  memory_total_mb real,
  disk_used_gb real,
  disk_total_gb real,
  disk_mbps real,
  network_mbps real,
  input_seconds_ago real,
  sessions integer,
  PRIMARY KEY (machine_id, at)
);
COMMENT ON TABLE machine_samples IS 'Beats of the last hour, in the server''s time. A figure that the machine could not read is null: unknown, not quiet.';
COMMENT ON COLUMN machine_samples.disk_mbps IS 'Megabytes read and written in a second since the beat before; network_mbps: received and sent.';
COMMENT ON COLUMN machine_samples.input_seconds_ago IS 'Since somebody last typed in a terminal of the machine; null: no terminal is open, or unknown where sessions is null too.';

CREATE TABLE machine_sample_minutes (
  machine_id uuid NOT NULL REFERENCES machines,
  minute timestamptz NOT NULL,
  beats integer NOT NULL,
  gpu_percent real,
  gpu_memory_percent real,
  gpu_temperature real,
  cpu_percent real,
  memory_percent real,
  disk_percent real,
  disk_mbps real,
  network_mbps real,
  PRIMARY KEY (machine_id, minute)
);
COMMENT ON TABLE machine_sample_minutes IS 'Means by the minute over all GPUs, kept for 30 days; null where no beat of the minute had the figure.';

CREATE TABLE machine_events (
  id uuid PRIMARY KEY,
  machine_id uuid NOT NULL REFERENCES machines,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  operation_id uuid,
  details jsonb NOT NULL
);
CREATE INDEX machine_events_by_machine ON machine_events (machine_id, id DESC);
COMMENT ON TABLE machine_events IS 'The story of a machine for people: what was done, by whom, and the figures that justified it.';

CREATE TABLE machine_sleeps (
  id uuid PRIMARY KEY,
  machine_id uuid NOT NULL REFERENCES machines,
  project_id uuid NOT NULL REFERENCES projects,
  operation_id uuid NOT NULL UNIQUE,
  gpu_name text NOT NULL,
  reason text NOT NULL,
  slept_at timestamptz NOT NULL,
  woke_at timestamptz,
  price_per_hour_micro_usd bigint NOT NULL,
  wake_seconds double precision
);
CREATE INDEX machine_sleeps_by_machine ON machine_sleeps (machine_id, slept_at DESC);
CREATE INDEX machine_sleeps_by_project ON machine_sleeps (project_id, slept_at);
COMMENT ON TABLE machine_sleeps IS 'From the moment that the provider listed it no more until it was ordered again: what was not paid meanwhile is the saving.';
COMMENT ON COLUMN machine_sleeps.price_per_hour_micro_usd IS 'The baseline: what the rental that was given up cost in an hour, disk included.';

CREATE TABLE ledger_lines (
  id uuid PRIMARY KEY,
  rental_id uuid NOT NULL REFERENCES rentals,
  machine_id uuid NOT NULL REFERENCES machines,
  project_id uuid NOT NULL REFERENCES projects,
  kind text NOT NULL CHECK (kind IN ('gpu', 'storage', 'download', 'upload')),
  source text NOT NULL CHECK (source IN ('charge', 'estimate')),
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  rate_micro_usd bigint,
  amount_micro_usd bigint NOT NULL
);
CREATE INDEX ledger_lines_by_rental ON ledger_lines (rental_id);
CREATE INDEX ledger_lines_by_project ON ledger_lines (project_id, from_at);
COMMENT ON TABLE ledger_lines IS 'What rentals cost. A charge of the provider takes the place of the estimate for its time.';
COMMENT ON COLUMN ledger_lines.to_at IS 'Null: it goes on; the amount is as of from_at, and the rate tells the rest.';
COMMENT ON COLUMN ledger_lines.rate_micro_usd IS 'Of an hour; null for charges, which come as amounts.';

CREATE TABLE reconciliations (
  account_id uuid PRIMARY KEY REFERENCES provider_accounts ON DELETE CASCADE,
  due_at timestamptz NOT NULL,
  listed_at timestamptz,
  lease_token uuid,
  lease_expires_at timestamptz
);
COMMENT ON TABLE reconciliations IS 'Comparing what the provider lists with what we know, one process at a time for each account.';
COMMENT ON COLUMN reconciliations.listed_at IS 'The listing that was last compared.';
