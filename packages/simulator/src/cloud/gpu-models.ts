/**
 * GPUs as the provider names them. Memory, bandwidth, power and TFLOPS (FP32, dense) are the vendor's data sheets;
 * the CUDA capability is its developer page. Prices and deep-learning scores only set the level of the simulated market.
 */
export interface GpuModel {
  readonly name: string;
  readonly memoryMb: number;
  /** GB/s. */
  readonly memoryBandwidth: number;
  readonly maxPowerWatt: number;
  readonly teraflops: number;
  /** Times 100: 8.9 is 890. */
  readonly computeCapability: number;
  readonly nvlinkBandwidth: number;
  readonly pciGeneration: number;
  /** Micro-dollars an hour for one. */
  readonly typicalPriceMicros: number;
  readonly deepLearningScore: number;
  /** How often it is met, among all. */
  readonly weight: number;
  readonly counts: readonly number[];
}

const model = (
  name: string,
  [
    memoryMb,
    memoryBandwidth,
    maxPowerWatt,
    teraflops,
    computeCapability,
    nvlinkBandwidth,
    pciGeneration,
  ]: readonly [number, number, number, number, number, number, number],
  [typicalPriceUsd, deepLearningScore, weight]: readonly [number, number, number],
  counts: readonly number[],
): GpuModel => ({
  name,
  memoryMb,
  memoryBandwidth,
  maxPowerWatt,
  teraflops,
  computeCapability,
  nvlinkBandwidth,
  pciGeneration,
  typicalPriceMicros: Math.round(typicalPriceUsd * 1e6),
  deepLearningScore,
  weight,
  counts,
});

export const gpuModels: readonly GpuModel[] = [
  model('RTX 3060', [12_288, 360, 170, 12.7, 860, 0, 4], [0.07, 13, 9], [1, 1, 2, 4]),
  model('RTX 3080', [10_240, 760, 320, 29.8, 860, 0, 4], [0.1, 26, 6], [1, 2, 4]),
  model('RTX 3090', [24_576, 936, 350, 35.6, 860, 0, 4], [0.17, 33, 18], [1, 1, 2, 4, 8]),
  model('RTX 4080', [16_376, 717, 320, 48.7, 890, 0, 4], [0.22, 48, 5], [1, 2]),
  model('RTX 4090', [24_564, 1008, 450, 82.6, 890, 0, 4], [0.36, 78, 26], [1, 1, 1, 2, 4, 8]),
  model('RTX 5090', [32_607, 1792, 575, 104.8, 1200, 0, 5], [0.55, 118, 10], [1, 1, 2, 4, 8]),
  model('RTX A4000', [16_376, 448, 140, 19.2, 860, 0, 4], [0.1, 20, 4], [1, 2, 4]),
  model('RTX A6000', [49_140, 768, 300, 38.7, 860, 0, 4], [0.42, 40, 6], [1, 2, 4]),
  model('L40S', [46_068, 864, 350, 91.6, 890, 0, 4], [0.65, 80, 5], [1, 2, 4, 8]),
  model('A100 PCIE', [40_960, 1555, 250, 19.5, 800, 0, 4], [0.68, 60, 4], [1, 2, 4]),
  model('A100 SXM4', [81_920, 2039, 400, 19.5, 800, 600, 4], [0.9, 72, 5], [1, 4, 8]),
  model('H100 SXM', [81_559, 3350, 700, 66.9, 900, 900, 5], [1.95, 140, 6], [1, 2, 4, 8]),
  model('H200', [143_771, 4800, 700, 66.9, 900, 900, 5], [2.6, 150, 3], [1, 8]),
  model('Tesla T4', [15_360, 320, 70, 8.1, 750, 0, 3], [0.09, 10, 3], [1, 4]),
  model('Tesla V100', [32_768, 900, 300, 15.7, 700, 300, 3], [0.16, 30, 4], [1, 4, 8]),
];

export const totalWeight = gpuModels.reduce((sum, { weight }) => sum + weight, 0);
