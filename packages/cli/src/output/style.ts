import { styleText } from 'node:util';
import type { Host, Screen } from '../host.ts';

export type Tone = 'good' | 'bad' | 'warning' | 'active' | 'quiet' | 'strong' | 'plain';

/** Colours of one screen; without colours every function gives its text back. */
export interface Style {
  readonly colours: boolean;
  /** True on a terminal that shows more than ASCII: signs are put before the words of states. */
  readonly signs: boolean;
  paint(tone: Tone, text: string): string;
}

const formats = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  active: 'cyan',
  quiet: 'dim',
  strong: 'bold',
} as const;

/** Colours on a terminal only, never with NO_COLOR (no-color.org) or on a dumb terminal. */
export const createStyle = (host: Host, screen: Screen, wanted: boolean): Style => {
  const { NO_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = host.environment;
  const terminal = screen.isTTY === true && TERM !== 'dumb';
  const colours = wanted && terminal && (NO_COLOR === undefined || NO_COLOR === '');
  return {
    colours,
    signs:
      terminal && (host.runtime.platform === 'win32' || /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')),
    paint: (tone, text) =>
      !colours || tone === 'plain' ? text : styleText(formats[tone], text, { validateStream: false }),
  };
};
