-- Routes are data: each replica of the gateway reads them all when it is told of a change.
create table gateway_routes (
  id uuid primary key,
  project_id uuid not null references projects,
  name text not null,
  -- As the contract's RouteDefinition has it; read through its schema.
  definition jsonb not null,
  -- Null: kept by users.
  managed_by text check (managed_by in ('file', 'system')),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index gateway_routes_project on gateway_routes (project_id);

-- What routes answered, by the minute, added up over all replicas.
create table gateway_traffic (
  route_id uuid not null references gateway_routes on delete cascade,
  at timestamptz not null,
  requests bigint not null,
  client_errors bigint not null,
  rate_limited bigint not null,
  server_errors bigint not null,
  total_ms double precision not null,
  -- Requests by time to answer: the bounds are in traffic.ts, the last is beyond them all.
  buckets bigint[] not null,
  primary key (route_id, at)
);
create index gateway_traffic_at on gateway_traffic (at);

create table gateway_replicas (
  id uuid primary key,
  name text not null,
  seen_at timestamptz not null
);

create table gateway_upstream_health (
  route_id uuid not null references gateway_routes on delete cascade,
  replica_id uuid not null references gateway_replicas on delete cascade,
  url text not null,
  state text not null check (state in ('healthy', 'unhealthy', 'open', 'unknown')),
  -- As the contract's Finding has it.
  reason jsonb,
  changed_at timestamptz not null,
  primary key (route_id, replica_id, url)
);

-- Counts of rate limits that replicas share; worth nothing after a crash, so not in the log.
create unlogged table gateway_rate_counts (
  key text not null,
  -- Number of the window since 1970, in lengths of the limit.
  window_number bigint not null,
  requests bigint not null,
  expires_at timestamptz not null,
  primary key (key, window_number)
);
create index gateway_rate_counts_expiry on gateway_rate_counts (expires_at);
