import type { LogLine } from '@dumont/contracts/runs/logs';
import { levelTones } from './run-words.ts';
import type { Style } from './style.ts';
import { harmless } from './text.ts';
import { formatTimeOfDay } from './units.ts';

/** `02:01:17 INFO    [CVM] message`; with `fullTime` the timestamp as the server wrote it. */
export const formatLogLine = (line: LogLine, style: Style, fullTime: boolean): string => {
  const time = style.paint('quiet', fullTime ? line.ts : formatTimeOfDay(line.ts));
  const tone = levelTones[line.level];
  const level = style.paint(tone, line.level.padEnd(7));
  const system = line.system === null ? '' : style.paint('active', `[${harmless(line.system)}] `);
  const message = harmless(line.message);
  return `${time} ${level} ${system}${tone === 'plain' ? message : style.paint(tone, message)}`;
};
