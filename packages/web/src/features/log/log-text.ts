import type { LogLine } from '@dumont/contracts/runs/logs';

/** Lines as text, with the moment in UTC, as a download of the log has them. */
export const asText = (lines: readonly LogLine[]): string =>
  lines
    .map(
      ({ ts, level, system, message }) =>
        `${ts} [${level}]${system === null ? '' : ` [${system}]`} ${message}`,
    )
    .join('\n');
