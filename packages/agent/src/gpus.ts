import type { AgentStatus } from '@dumont/contracts/machines/agent';
import { runCommand } from './command.ts';

export type GpuMetrics = NonNullable<AgentStatus['gpu_metrics']>;

const fields = ['name', 'utilization.gpu', 'memory.used', 'memory.total', 'temperature.gpu'];
/** A driver in trouble answers after many seconds, or never. */
const timeoutMs = 10_000;

/** `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[GPU requires reset]`: unknown, which is not 0. */
const figureOf = (text: string | undefined, most: number): number | null => {
  if (text === undefined || !/^\d+(\.\d+)?$/.test(text)) return null;
  const value = Number(text);
  return value <= most ? value : null;
};

/** Reads a line for each GPU. Undefined when there is none: what a driver says instead is no line of figures. */
export const parseGpus = (out: string): GpuMetrics | undefined => {
  const rows = out
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((part) => part.trim()));
  if (rows.length === 0 || rows.some((row) => row.length !== fields.length)) return undefined;
  const column = (index: number, most: number): (number | null)[] =>
    rows.map((row) => figureOf(row[index], most));
  const utilizations = column(1, 100);
  const known = utilizations.filter((one) => one !== null);
  return {
    utilization: known.length < rows.length ? null : known.reduce((a, b) => a + b, 0) / rows.length,
    gpu_count: rows.length,
    gpu_names: rows.map((row) => row[0] ?? ''),
    gpu_utilizations: utilizations,
    gpu_memory_used: column(2, 1e9),
    gpu_memory_total: column(3, 1e9),
    gpu_temperatures: column(4, 1000),
  };
};

/** Null: there is no GPU, or nobody can say what it does. */
export const readGpus = async (): Promise<GpuMetrics | null> => {
  const query = ['nvidia-smi', `--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'];
  const { out, isOk } = await runCommand(query, { timeoutMs });
  return (isOk ? parseGpus(out) : undefined) ?? null;
};

/**
 * Two readings of the same time as one: the latest, with the highest use that was seen. A use that one of them could
 * not read is unknown.
 */
export const joinGpus = (earlier: GpuMetrics | null, later: GpuMetrics | null): GpuMetrics | null => {
  if (earlier === null || later === null || earlier.gpu_count !== later.gpu_count) return null;
  const uses = later.gpu_utilizations.map((use, index) => {
    const before = earlier.gpu_utilizations[index] ?? null;
    return use === null || before === null ? null : Math.max(use, before);
  });
  const known = uses.filter((use) => use !== null);
  return {
    ...later,
    utilization: known.length < uses.length ? null : known.reduce((a, b) => a + b, 0) / uses.length,
    gpu_utilizations: uses,
  };
};
