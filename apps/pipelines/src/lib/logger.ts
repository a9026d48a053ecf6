export type Level = 'DEBUG' | 'INFO' | 'SUCCESS' | 'WARN' | 'ERROR';

/** The line protocol that the run engine reads: `[LEVEL] [LABEL] message` and `[PROGRESS] [LABEL] n/m text`. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  success(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** `done` of `total` units. Equal figures in a row are printed once. */
  progress(done: number, total: number, text: string): void;
}

/** One event is one line, whatever a server or a file put into the text. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is removed
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

export function createLogger(write: (line: string) => void, label: string): Logger {
  const log = (level: Level) => (message: string) => write(`[${level}] [${label}] ${oneLine(message)}`);
  let lastProgress = '';
  return {
    debug: log('DEBUG'),
    info: log('INFO'),
    success: log('SUCCESS'),
    warn: log('WARN'),
    error: log('ERROR'),
    progress(done, total, text) {
      const line = `[PROGRESS] [${label}] ${done}/${total} ${oneLine(text)}`;
      if (line === lastProgress) return;
      lastProgress = line;
      write(line);
    },
  };
}
