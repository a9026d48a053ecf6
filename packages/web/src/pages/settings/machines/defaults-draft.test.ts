import { expect, test } from 'vitest';
import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import { defaultsDraft, defaultsOf, draftOf } from './defaults-draft.ts';

const everything: DeploymentDefaults = {
  needs: {
    gpu_name: 'RTX 4090',
    num_gpus: 2,
    max_price: 0.6,
    min_gpu_ram: 24,
    min_reliability: 0.29,
    min_inet_down: 500,
    min_cpu_cores: 8,
    min_cpu_ram: 64,
    min_cuda: 12.4,
    verified_only: true,
    static_ip: true,
    region: 'EU',
    machine_type: 'bid',
  },
  image: 'ubuntu:22.04',
  disk_size: 30,
  ports: [22, 8888],
  idle_policy: {
    enabled: false,
    window_seconds: 90,
    warning_seconds: 0,
    gpu_percent: 5,
    cpu_percent: 20,
    disk_mbps: 2,
    network_mbps: 0.5,
  },
};
const schema = defaultsDraft({ ports: 'ports', figure: ([least, most]) => `${least} to ${most}` });
const wrongIn = (changes: object): readonly string[] =>
  schema.safeParse({ ...draftOf({}), ...changes }).error?.issues.map(({ message }) => message) ?? [];

test('what is saved is what is shown and what is saved again, also where nothing is', () => {
  expect(defaultsOf(draftOf(everything))).toEqual(everything);
  expect(defaultsOf(draftOf({}))).toEqual({});
});

test('a figure that the server would refuse is refused here, with its limits', () => {
  expect(wrongIn({})).toEqual([]);
  expect(wrongIn({ price: '0' })).toEqual(['0.001 to 1000']);
  expect(wrongIn({ disk: '7' })).toEqual(['8 to 100000']);
  expect(wrongIn({ disk: '8.5' })).toEqual(['8 to 100000']);
  expect(wrongIn({ reliability: '101', windowMinutes: '0.5' })).toEqual(['1 to 100', '1 to 1440']);
  expect(wrongIn({ ports: '22, 70000' })).toEqual(['ports']);
  expect(wrongIn({ ports: '', windowMinutes: '', gpu_percent: '' })).toEqual([]);
});
