import pg from 'pg';
import type { AgentStatus } from '@dumont/contracts/machines/agent';
import { defaultIdlePolicy } from '@dumont/contracts/machines/instances';
import { systemClock } from '../packages/server/src/kernel/clock.ts';
import { createSystemRandom } from '../packages/server/src/kernel/random.ts';
import { agentTokenOf } from '../packages/server/src/modules/machines/agent/token.ts';
import { databaseUrl, startServerProcess } from '../packages/server/test/server-process.ts';
import { runBeats } from './lib/beat-load.ts';
import { atMostMs, percentile, report } from './lib/figures.ts';
import { cpuSecondsOf } from './lib/process-time.ts';

/** Ten thousand machines with eight GPUs each, every one of which beats each 30 seconds, at the whole server. */
const machines = 10_000;
const everySeconds = 30;
const warmUpSeconds = 8;
const seconds = 30;
const mostCores = 0.5;

const eight = <T>(value: T): T[] => Array<T>(8).fill(value);
const status: AgentStatus = {
  agent: 'DumontAgent',
  version: '0.1.0',
  instance_id: '01890000-0000-7000-8000-000000000001',
  status: 'idle',
  timestamp: new Date().toISOString(),
  uptime: 86_400,
  gpu_metrics: {
    utilization: 93.5,
    gpu_count: 8,
    gpu_names: eight('NVIDIA H100 80GB HBM3'),
    gpu_utilizations: eight(93),
    gpu_memory_used: eight(70_000),
    gpu_memory_total: eight(81_559),
    gpu_temperatures: eight(61),
  },
  figures: {
    cpu_percent: 12.5,
    memory_used_mb: 120_000,
    memory_total_mb: 2_000_000,
    disk_used_gb: 412.5,
    disk_total_gb: 1000,
    disk_mbps: 12.25,
    network_mbps: 3.5,
    sessions: 2,
    input_seconds_ago: 312,
  },
};

const random = createSystemRandom(systemClock);
await using server = await startServerProcess({
  DUMONT_ROLES: 'api,worker,scheduler',
  // Machines come by it; without one the server would look for a way to each of them.
  DUMONT_PUBLIC_URL: 'http://localhost',
});
const pool = new pg.Pool({
  connectionString: await databaseUrl(server.dataDir),
  options: '-c search_path=app -c timezone=UTC',
  max: 1,
});
const rented = Array.from({ length: machines }, () => {
  const rental = random.id();
  return { machine: random.id(), rental, ...agentTokenOf({ derive: () => random.secret(32) }, rental) };
});
const account = random.id();
await pool.query(
  `insert into provider_accounts (id, project_id, name, kind, url, api_key, is_installation, is_open, created_at, updated_at)
  select $1, id, 'bench', 'vast', 'http://127.0.0.1:9', '', false, false, now(), now() from projects limit 1`,
  [account],
);
await pool.query(
  `insert into machines (id, project_id, label, state, state_at, epoch, rental_id, needs, image, disk_gb, ports,
    ssh_public_key, ssh_private_key, idle_policy, created_at, due_at)
  select m.id, p.id, 'bench', 'running', now(), 1, m.rental, '{}', 'x', 100, '{}', repeat('x', 80),
    decode(repeat('00', 450), 'hex'), $3, now(), now() + interval '1 day'
  from unnest($1::uuid[], $2::uuid[]) as m (id, rental), (select id from projects limit 1) p`,
  [rented.map((one) => one.machine), rented.map((one) => one.rental), JSON.stringify(defaultIdlePolicy)],
);
await pool.query(
  `insert into rentals (id, machine_id, account_id, batch, slot, label, offer_id, host_machine_id, host_id, offer,
    state, agent_token_sha256, ordered_at)
  select r.id, r.machine, $4, 1, 0, 'bench', '1', '1', '1', $5, 'usable', r.hash, now()
  from unnest($1::uuid[], $2::uuid[], $3::bytea[]) as r (id, machine, hash)`,
  [
    rented.map((one) => one.rental),
    rented.map((one) => one.machine),
    rented.map((one) => one.sha256),
    account,
    JSON.stringify({ gpuCount: 8, pricePerHourMicroUsd: 20_000_000 }),
  ],
);

const load = {
  url: server.url,
  tokens: rented.map(({ token }) => token),
  body: JSON.stringify(status),
  everySeconds,
};
await runBeats({ ...load, seconds: warmUpSeconds });
const before = await cpuSecondsOf(server.pid);
const latencies = await runBeats({ ...load, seconds });
const after = await cpuSecondsOf(server.pid);
const { rows } = await pool.query<{ samples: number }>(
  'select count(*)::int as samples from machine_samples',
);
await pool.end();

const ownCores = (after.server - before.server) / seconds;
const postgresCores = (after.postgres - before.postgres) / seconds;
report('Beats of agents', [
  atMostMs(
    `a beat, ${machines} machines every ${everySeconds} s, p99`,
    percentile(latencies, 0.99),
    10,
    `median ${percentile(latencies, 0.5).toFixed(1)} ms, ${latencies.length} beats, ${rows[0]?.samples ?? 0} samples kept`,
  ),
  {
    what: 'processor time of the server and its PostgreSQL for them',
    value: `${(ownCores + postgresCores).toFixed(2)} cores`,
    target: `under ${mostCores} of a core`,
    baseline: `${ownCores.toFixed(2)} the server, ${postgresCores.toFixed(2)} PostgreSQL`,
    met: ownCores + postgresCores < mostCores,
  },
]);
