/**
 * What the rules that ship are called, by their keys: the server writes these texts into their rows, and clients know
 * them again there to show them in another language. A rule that its user has renamed keeps that name.
 */
export const builtInRuleTexts = {
  'run-failed': {
    name: 'A run failed',
    description: 'A run ended as failed. Resolves when that pipeline has not failed again for an hour.',
  },
  'worker-lost': {
    name: 'A worker was lost',
    description: 'A worker died or lost the database in the middle of a run.',
  },
  'user-locked': {
    name: 'An account was locked',
    description: 'Too many wrong passwords for one account or from one address.',
  },
  'snapshot-failed': {
    name: 'A snapshot failed',
    description:
      'A machine has no snapshot that it could be brought back from as it is now; it is not destroyed.',
  },
  'repository-damaged': {
    name: 'A repository of snapshots is damaged',
    description: 'The daily check found data that is missing or cannot be read back.',
  },
  'database-pool-waiting': {
    name: 'Requests wait for the database',
    description: 'All connections to PostgreSQL are in use and others wait for one.',
  },
  'event-loop-lag': {
    name: 'The server is slow to react',
    description: 'One in a hundred turns of the event loop takes longer than half a second.',
  },
  'disk-nearly-full': {
    name: 'The disk is nearly full',
    description: 'Less than a tenth of the disk that holds the data folder is free.',
  },
  'mail-undelivered': {
    name: 'Mail is not delivered',
    description: 'Mail was given up: the mail server refused it, or did not answer for hours.',
  },
  'market-price-below': {
    name: 'A GPU costs less than its alert',
    description: 'A sample of a watched GPU type was under the price that a project set for it.',
  },
  'provider-blind': {
    name: 'A provider cannot be asked',
    description:
      'The machines of a provider account have not been seen for a minute or longer: decisions that destroy wait. Told again every half hour as long as it lasts.',
  },
  'machine-lost': {
    name: 'A machine was lost',
    description: 'The provider has no such machine any more, and nobody here gave it back.',
  },
  'machine-hibernate-failed': {
    name: 'A machine could not be put to sleep',
    description:
      'Without a verified snapshot of its files a machine is not destroyed: it runs on and is paid for. Told again every half hour as long as it fails.',
  },
  'machine-destroy-failed': {
    name: 'A machine could not be destroyed',
    description:
      'Its files could not be saved, or they were and it could not be given back: it is still paid for. Try again, or destroy it without a snapshot.',
  },
  'machine-adopted': {
    name: 'A machine was found that nobody here knew of',
    description:
      'It carries the mark of this installation and had been in use: it is looked after from now on, and paid for.',
  },
  'machine-came-back': {
    name: 'A lost machine is there again',
    description: 'The provider lists a machine again that was lost. It is paid for; its files are on it.',
  },
  'machine-deploy-failed': {
    name: 'A machine could not be deployed',
    description:
      'Nothing that was asked for is offered, or nothing that was rented answered. All of it was given back.',
  },
  'machine-wake-failed': {
    name: 'A machine could not be woken',
    description:
      'No machine was found for its files, or they could not be brought back. They are where they were.',
  },
  'machine-outbid': {
    name: 'A machine was outbid',
    description:
      'Somebody pays more for its host: it was stopped without a snapshot, and its disk is paid for.',
  },
  'machine-stopped': {
    name: 'A machine was stopped by its provider',
    description: 'It was stopped without a snapshot and without being asked to; its disk is paid for.',
  },
  'machines-unowned': {
    name: 'A machine at a provider is nobody’s',
    description:
      'A provider lists machines with the mark of this installation that no row here stands for, for five minutes.',
  },
  'machine-operation-stuck': {
    name: 'Something with a machine does not come to an end',
    description: 'The oldest operation on a machine was begun more than two hours ago.',
  },
  'installation-restored': {
    name: 'The database was restored or cloned',
    description:
      'Servers that ran meanwhile do nothing with machines until they are started again. A start takes a new id: machines rented under the former one are shown, and adopted by hand only.',
  },
  'cpu-busy': {
    name: 'The processors are busy',
    description: 'More than nine tenths of all processors of a host are in use, for five minutes.',
  },
  'memory-short': {
    name: 'Memory is nearly used up',
    description: 'Less than a tenth of the memory of a host, or of what its container may use, is left.',
  },
  'database-connections': {
    name: 'Connections to the database run out',
    description:
      'PostgreSQL has more than four fifths of the connections that it allows, of all programs together.',
  },
  'error-rate': {
    name: 'Many requests fail',
    description:
      'More than one request in twenty of the last five minutes was answered with an error that is not the caller’s, by the API or by the gateway.',
  },
  'response-time': {
    name: 'Answers are slow',
    description:
      'One in twenty requests of the last five minutes took longer than two seconds, at the API or at the gateway.',
  },
  'budget-burns-fast': {
    name: 'The error budget burns fast',
    description:
      'At this pace the errors that 99.9 % allows for a month are used up in two days: 14.4 times as many as allowed, within an hour and still within five minutes.',
  },
  'budget-burns': {
    name: 'The error budget burns',
    description:
      'At this pace the errors that 99.9 % allows for a month are used up in five days: 6 times as many as allowed, within six hours and still within thirty minutes.',
  },
  'gateway-upstream-down': {
    name: 'A service behind the gateway is down',
    description:
      'Its health check fails, or so many requests in a row did that it gets no more of them for now.',
  },
  'gateway-thread-busy': {
    name: 'A thread of the gateway has hardly any time left',
    description:
      'One of them was busy for more than 80 % of five minutes, and its requests wait. The gateway wants more threads, another replica, or HAProxy.',
  },
} as const;

export type BuiltInRuleKey = keyof typeof builtInRuleTexts;

const keys = Object.keys(builtInRuleTexts) as BuiltInRuleKey[];

/** Which of the rules that ship still has this name; undefined where none does. */
export const ruleNamed = (name: string): BuiltInRuleKey | undefined =>
  keys.find((key) => builtInRuleTexts[key].name === name);

/** The same by its description. */
export const ruleDescribed = (description: string): BuiltInRuleKey | undefined =>
  keys.find((key) => builtInRuleTexts[key].description === description);
