import type { Condition, severities } from '@dumont/contracts/alarms/alarms';

export interface BuiltInRule {
  /** Finds the row again at the next start, whatever the user has called it since. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
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
    name: 'A run failed',
    description: 'A run ended as failed. Resolves when that pipeline has not failed again for an hour.',
    severity: 'warning',
    condition: { type: 'event', event: 'run.failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'worker-lost',
    name: 'A worker was lost',
    description: 'A worker died or lost the database in the middle of a run.',
    severity: 'critical',
    condition: { type: 'event', event: 'worker.lost', resolveAfterSeconds: 3600 },
  },
  {
    key: 'user-locked',
    name: 'An account was locked',
    description: 'Too many wrong passwords for one account or from one address.',
    severity: 'warning',
    condition: { type: 'event', event: 'user.locked', resolveAfterSeconds: 3600 },
  },
  {
    key: 'snapshot-failed',
    name: 'A snapshot failed',
    description:
      'A machine has no snapshot that it could be brought back from as it is now; it is not destroyed.',
    severity: 'critical',
    condition: { type: 'event', event: 'snapshot.failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'repository-damaged',
    name: 'A repository of snapshots is damaged',
    description: 'The daily check found data that is missing or cannot be read back.',
    severity: 'critical',
    condition: { type: 'event', event: 'repository.damaged', resolveAfterSeconds: 172_800 },
  },
  {
    key: 'database-pool-waiting',
    name: 'Requests wait for the database',
    description: 'All connections to PostgreSQL are in use and others wait for one.',
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
    name: 'The server is slow to react',
    description: 'One in a hundred turns of the event loop takes longer than half a second.',
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
    name: 'The disk is nearly full',
    description: 'Less than a tenth of the disk that holds the data folder is free.',
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
    key: 'mail-undelivered',
    name: 'Mail is not delivered',
    description: 'Mail was given up: the mail server refused it, or did not answer for hours.',
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
    name: 'A GPU costs less than its alert',
    description: 'A sample of a watched GPU type was under the price that a project set for it.',
    severity: 'info',
    condition: { type: 'event', event: 'market.price_below', resolveAfterSeconds: 900 },
  },
  {
    key: 'provider-blind',
    name: 'A provider cannot be asked',
    description:
      'The machines of a provider account have not been seen for a minute or longer: decisions that destroy wait. Told again every half hour as long as it lasts.',
    severity: 'critical',
    condition: { type: 'event', event: 'provider.blind', resolveAfterSeconds: 3600 },
  },
  {
    key: 'installation-restored',
    name: 'The database was restored or cloned',
    description:
      'This server has taken a new id: machines rented under the former one are shown, and adopted by hand only.',
    severity: 'critical',
    condition: { type: 'event', event: 'installation.restored', resolveAfterSeconds: 604_800 },
  },
];
