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
    condition: {
      type: 'event',
      event: 'provider.blind',
      resolveAfterSeconds: 3600,
      remindAfterSeconds: 1500,
    },
  },
  {
    key: 'machine-lost',
    name: 'A machine was lost',
    description: 'The provider has no such machine any more, and nobody here gave it back.',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.lost', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-hibernate-failed',
    name: 'A machine could not be put to sleep',
    description:
      'Without a verified snapshot of its files a machine is not destroyed: it runs on and is paid for. Told again every half hour as long as it fails.',
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
    name: 'A machine could not be destroyed',
    description:
      'Its files could not be saved, or they were and it could not be given back: it is still paid for. Try again, or destroy it without a snapshot.',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.destroy_failed', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-adopted',
    name: 'A machine was found that nobody here knew of',
    description:
      'It carries the mark of this installation and had been in use: it is looked after from now on, and paid for.',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.adopted', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-came-back',
    name: 'A lost machine is there again',
    description: 'The provider lists a machine again that was lost. It is paid for; its files are on it.',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.came_back', resolveAfterSeconds: 86_400 },
  },
  {
    key: 'machine-deploy-failed',
    name: 'A machine could not be deployed',
    description:
      'Nothing that was asked for is offered, or nothing that was rented answered. All of it was given back.',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.deploy_failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-wake-failed',
    name: 'A machine could not be woken',
    description:
      'No machine was found for its files, or they could not be brought back. They are where they were.',
    severity: 'critical',
    condition: { type: 'event', event: 'machine.wake_failed', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-outbid',
    name: 'A machine was outbid',
    description:
      'Somebody pays more for its host: it was stopped without a snapshot, and its disk is paid for.',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.outbid', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machine-stopped',
    name: 'A machine was stopped by its provider',
    description: 'It was stopped without a snapshot and without being asked to; its disk is paid for.',
    severity: 'warning',
    condition: { type: 'event', event: 'machine.stopped', resolveAfterSeconds: 3600 },
  },
  {
    key: 'machines-unowned',
    name: 'A machine at a provider is nobody’s',
    description:
      'A provider lists machines with the mark of this installation that no row here stands for, for five minutes.',
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
    name: 'Something with a machine does not come to an end',
    description: 'The oldest operation on a machine was begun more than two hours ago.',
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
    name: 'The database was restored or cloned',
    description:
      'This server has taken a new id: machines rented under the former one are shown, and adopted by hand only.',
    severity: 'critical',
    condition: { type: 'event', event: 'installation.restored', resolveAfterSeconds: 604_800 },
  },
];
