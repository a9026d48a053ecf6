import type { Condition, severities } from '@dumont/contracts/alarms/alarms';
import type { BuiltInRuleKey } from '@dumont/contracts/alarms/built-in-rules';

export interface BuiltInRule {
  /** Finds the row again at the next start, whatever the user has called it since. */
  readonly key: BuiltInRuleKey;
  readonly severity: (typeof severities)[number];
  readonly condition: Condition;
}

const metric = (
  condition: Pick<
    Extract<Condition, { type: 'metric' }>,
    'metric' | 'operator' | 'threshold' | 'forSeconds'
  > &
    Partial<Extract<Condition, { type: 'metric' }>>,
): Condition => ({ type: 'metric', labels: {}, reading: 'value', aggregate: 'sum', ...condition });

/** Ship with the product: they watch the whole installation and notify nobody until somebody says whom. */
export const builtInRules: readonly BuiltInRule[] = [
  {
    key: 'run-failed',
    severity: 'warning',
    condition: { type: 'event', event: 'run.failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'worker-lost',
    severity: 'critical',
    condition: { type: 'event', event: 'worker.lost', resolveAfterSeconds: 3600 },
  },
  {
    key: 'user-locked',
    severity: 'warning',
    condition: { type: 'event', event: 'user.locked', resolveAfterSeconds: 3600 },
  },
  {
    key: 'snapshot-failed',
    severity: 'critical',
    condition: { type: 'event', event: 'snapshot.failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'repository-damaged',
    severity: 'critical',
    condition: { type: 'event', event: 'repository.damaged', resolveAfterSeconds: 172_800 },
  },
  {
    key: 'database-pool-waiting',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_database_waiting',
      operator: '>',
      threshold: 0,
      forSeconds: 30,
    }),
  },
  {
    key: 'event-loop-lag',
    severity: 'warning',
    condition: metric({
      metric: 'nodejs_eventloop_lag_p99_seconds',
      aggregate: 'max',
      operator: '>',
      threshold: 0.5,
      forSeconds: 60,
    }),
  },
  {
    key: 'disk-nearly-full',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_disk_free_ratio',
      aggregate: 'min',
      operator: '<',
      threshold: 0.1,
      forSeconds: 60,
    }),
  },
  {
    key: 'cpu-busy',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_cpu_busy_ratio',
      aggregate: 'max',
      operator: '>',
      threshold: 0.9,
      forSeconds: 300,
    }),
  },
  {
    key: 'memory-short',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_memory_used_ratio',
      aggregate: 'max',
      operator: '>',
      threshold: 0.9,
      forSeconds: 120,
    }),
  },
  {
    key: 'database-connections',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_database_connections_ratio',
      operator: '>',
      threshold: 0.8,
      forSeconds: 60,
    }),
  },
  {
    key: 'error-rate',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_error_ratio',
      aggregate: 'max',
      operator: '>',
      threshold: 0.05,
      forSeconds: 60,
    }),
  },
  {
    key: 'response-time',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_response_p95_seconds',
      aggregate: 'max',
      operator: '>',
      threshold: 2,
      forSeconds: 300,
    }),
  },
  {
    key: 'budget-burns-fast',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_burn_rate',
      labels: { windows: '1h/5m' },
      aggregate: 'max',
      operator: '>',
      threshold: 14.4,
      // Both windows hold already: they are what others wait for.
      forSeconds: 0,
    }),
  },
  {
    key: 'budget-burns',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_burn_rate',
      labels: { windows: '6h/30m' },
      aggregate: 'max',
      operator: '>',
      threshold: 6,
      forSeconds: 0,
    }),
  },
  {
    key: 'gateway-upstream-down',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_gateway_upstream_up',
      aggregate: 'min',
      operator: '<',
      threshold: 1,
      forSeconds: 30,
    }),
  },
  {
    key: 'gateway-thread-busy',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_gateway_busy_seconds_total',
      reading: 'rate',
      // Connections are dealt to the threads, not requests: one that has no time left keeps its own waiting.
      aggregate: 'max',
      operator: '>',
      threshold: 0.8,
      forSeconds: 300,
    }),
  },
  {
    key: 'mail-undelivered',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_mails_total',
      labels: { outcome: 'dead' },
      reading: 'rate',
      operator: '>',
      threshold: 0,
      forSeconds: 0,
    }),
  },
  {
    key: 'market-price-below',
    severity: 'info',
    condition: { type: 'event', event: 'market.price_below', resolveAfterSeconds: 900 },
  },
  {
    key: 'provider-blind',
    severity: 'critical',
    condition: {
      type: 'event',
      event: 'provider.blind',
      resolveAfterSeconds: 3600,
      remindAfterSeconds: 1500,
    },
  },
  {
    key: 'machine-lost',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.lost', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-hibernate-failed',
    severity: 'critical',
    condition: {
      type: 'event',
      event: 'machine.hibernate_failed',
      resolveAfterSeconds: 3600,
      remindAfterSeconds: 1800,
    },
  },
  {
    key: 'machine-destroy-failed',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.destroy_failed', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-adopted',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.adopted', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-came-back',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.came_back', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-deploy-failed',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.deploy_failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-wake-failed',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.wake_failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-outbid',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.outbid', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-stopped',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.stopped', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machines-unowned',
    severity: 'critical',
    condition: metric({
      metric: 'dumont_machines_unowned',
      operator: '>',
      threshold: 0,
      forSeconds: 300,
    }),
  },
  {
    key: 'machine-operation-stuck',
    severity: 'warning',
    condition: metric({
      metric: 'dumont_machine_operation_oldest_seconds',
      aggregate: 'max',
      operator: '>',
      threshold: 7200,
      forSeconds: 60,
    }),
  },
  {
    key: 'installation-restored',
    severity: 'critical',
    condition: { type: 'event', event: 'installation.restored', resolveAfterSeconds: 604_800 },
  },
];
