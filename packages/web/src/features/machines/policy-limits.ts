/** Of the figures below which a machine counts as quiet: the least and the most that the server takes. */
export const policyLimits = {
  gpu_percent: [0.1, 100],
  cpu_percent: [0.1, 100],
  disk_mbps: [0.01, 10_000],
  network_mbps: [0.01, 10_000],
} as const;
