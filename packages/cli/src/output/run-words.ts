import type { RunState } from '@dumont/contracts/runs/runs';
import type { LogLevel } from '@dumont/contracts/runs/logs';
import type { Style, Tone } from './style.ts';

/** How states look: a tone and a sign, and always the word, so that colour alone tells nothing. */
const looks: Readonly<Record<RunState | 'waiting', readonly [tone: Tone, sign: string]>> = {
  waiting: ['quiet', '·'],
  queued: ['quiet', '○'],
  starting: ['active', '◔'],
  running: ['active', '●'],
  succeeded: ['good', '✓'],
  failed: ['bad', '✗'],
  cancelled: ['warning', '⊘'],
  timed_out: ['bad', '⧖'],
};

export const runStateNames = Object.keys(looks).filter((name): name is RunState => name !== 'waiting');

export const toneOfState = (state: keyof typeof looks): Tone => looks[state][0];

export const wordOfState = (state: keyof typeof looks, style: Style): string => {
  const word = state.replace('_', ' ');
  return style.signs ? `${looks[state][1]} ${word}` : word;
};

const finals: ReadonlySet<RunState> = new Set(['succeeded', 'failed', 'cancelled', 'timed_out']);
export const hasEnded = (state: RunState): boolean => finals.has(state);

export const levelTones: Readonly<Record<LogLevel, Tone>> = {
  DEBUG: 'quiet',
  INFO: 'plain',
  SUCCESS: 'good',
  WARN: 'warning',
  ERROR: 'bad',
};
export const logLevelNames = Object.keys(levelTones) as readonly LogLevel[];
