import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import { z } from 'zod';
import { needLimits } from '../../../features/market/offer-needs.ts';
import { policyLimits } from '../../../features/machines/policy-limits.ts';
import { portsOf, portsText } from '../../deploy/deploy-draft.ts';

export const needFigures = ['vram', 'reliability', 'down', 'cores', 'ram', 'cuda'] as const;
export const policyFigures = ['gpu_percent', 'cpu_percent', 'disk_mbps', 'network_mbps'] as const;
export const counts = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;
export const regions = ['US', 'EU', 'ASIA'] as const;

/** Of every number of the form: the least and the most that the server takes. */
export const draftLimits = {
  ...needLimits,
  ...policyLimits,
  windowMinutes: [1, 1440],
  warningSeconds: [0, 3600],
} as const;
export type DraftFigure = keyof typeof draftLimits;

interface Messages {
  readonly ports: string;
  figure(limits: readonly [number, number]): string;
}

const numberOf = (text: string): number | undefined => (text === '' ? undefined : Number(text));

/** Texts as they are typed; an empty one leaves it to the house. */
export const defaultsDraft = (messages: Messages) => {
  const figure = (name: DraftFigure, isWhole = false) =>
    z.string().refine((text) => {
      const [least, most] = draftLimits[name];
      const value = numberOf(text) ?? least;
      return value >= least && value <= most && (!isWhole || Number.isInteger(value));
    }, messages.figure(draftLimits[name]));
  return z.object({
    gpu: z.string().trim().max(100),
    gpus: z.enum(['', ...counts]),
    region: z.enum(['', ...regions]),
    type: z.enum(['', 'on-demand', 'bid']),
    price: figure('price'),
    vram: figure('vram'),
    reliability: figure('reliability'),
    down: figure('down'),
    cores: figure('cores'),
    ram: figure('ram'),
    cuda: figure('cuda'),
    verified: z.boolean(),
    staticIp: z.boolean(),
    image: z.string().trim().max(1024),
    disk: figure('disk', true),
    ports: portsText(messages.ports),
    sleeps: z.enum(['', 'yes', 'no']),
    windowMinutes: figure('windowMinutes'),
    warningSeconds: figure('warningSeconds', true),
    gpu_percent: figure('gpu_percent'),
    cpu_percent: figure('cpu_percent'),
    disk_mbps: figure('disk_mbps'),
    network_mbps: figure('network_mbps'),
  });
};
export type DefaultsDraft = z.infer<ReturnType<typeof defaultsDraft>>;

const textOf = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

/** What is saved, as the form shows it. */
export const draftOf = ({ needs, idle_policy: policy, ...saved }: DeploymentDefaults): DefaultsDraft => ({
  gpu: needs?.gpu_name ?? '',
  gpus: counts.find((count) => count === textOf(needs?.num_gpus)) ?? '',
  region: needs?.region ?? '',
  type: needs?.machine_type ?? '',
  price: textOf(needs?.max_price),
  vram: textOf(needs?.min_gpu_ram),
  // 0.29 is 28.999… percent.
  reliability:
    typeof needs?.min_reliability === 'number' ? String(+(needs.min_reliability * 100).toFixed(6)) : '',
  down: textOf(needs?.min_inet_down),
  cores: textOf(needs?.min_cpu_cores),
  ram: textOf(needs?.min_cpu_ram),
  cuda: textOf(needs?.min_cuda),
  verified: needs?.verified_only ?? false,
  staticIp: needs?.static_ip ?? false,
  image: saved.image ?? '',
  disk: textOf(saved.disk_size),
  ports: saved.ports?.join(', ') ?? '',
  sleeps: policy?.enabled === undefined ? '' : policy.enabled ? 'yes' : 'no',
  windowMinutes: textOf(policy?.window_seconds === undefined ? undefined : policy.window_seconds / 60),
  warningSeconds: textOf(policy?.warning_seconds),
  gpu_percent: textOf(policy?.gpu_percent),
  cpu_percent: textOf(policy?.cpu_percent),
  disk_mbps: textOf(policy?.disk_mbps),
  network_mbps: textOf(policy?.network_mbps),
});

const stated = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  ) as { [K in keyof T]?: NonNullable<T[K]> };

const unlessEmpty = <T extends object>(fields: T): T | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** What the form says, without what it leaves to the house. */
export const defaultsOf = (draft: DefaultsDraft): DeploymentDefaults => {
  const { sleeps, region, type } = draft;
  const reliability = numberOf(draft.reliability);
  const window = numberOf(draft.windowMinutes);
  const ports = portsOf(draft.ports);
  return stated({
    needs: unlessEmpty({
      ...stated({
        gpu_name: draft.gpu,
        num_gpus: numberOf(draft.gpus),
        max_price: numberOf(draft.price),
        min_gpu_ram: numberOf(draft.vram),
        min_reliability: reliability === undefined ? undefined : reliability / 100,
        min_inet_down: numberOf(draft.down),
        min_cpu_cores: numberOf(draft.cores),
        min_cpu_ram: numberOf(draft.ram),
        min_cuda: numberOf(draft.cuda),
        verified_only: draft.verified,
        static_ip: draft.staticIp,
      }),
      ...(region === '' ? {} : { region }),
      ...(type === '' ? {} : { machine_type: type }),
    }),
    image: draft.image,
    disk_size: numberOf(draft.disk),
    ports: ports.length === 0 ? undefined : ports,
    idle_policy: unlessEmpty({
      ...(sleeps === '' ? {} : { enabled: sleeps === 'yes' }),
      ...stated({
        window_seconds: window === undefined ? undefined : Math.round(window * 60),
        warning_seconds: numberOf(draft.warningSeconds),
        gpu_percent: numberOf(draft.gpu_percent),
        cpu_percent: numberOf(draft.cpu_percent),
        disk_mbps: numberOf(draft.disk_mbps),
        network_mbps: numberOf(draft.network_mbps),
      }),
    }),
  });
};
