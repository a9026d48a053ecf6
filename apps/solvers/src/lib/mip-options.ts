import type { BaseConfig, Work } from './app.ts';
import type { MipOptions } from './mip.ts';

/** What a task asks of the solver of its model: engine, time, gap, threads, its lines and its end. Spread it where a model differs. */
export const mipOptions = (
  { gapRel, threads }: BaseConfig,
  { engine, signal, say, secondsLeft }: Work,
): MipOptions => ({ engine, timeLimit: secondsLeft(), gapRel, threads, signal, say });
