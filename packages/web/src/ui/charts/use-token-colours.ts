import { useMemo, useSyncExternalStore } from 'react';

type Token = 'ink' | 'ink-muted' | 'line' | 'surface' | 'raised' | `chart-${1 | 2 | 3 | 4 | 5 | 6}`;

export type TokenColours = (token: Token) => string;

const subscribe = (listener: () => void) => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  dark.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', listener);
  };
};

const themeNow = (): string => {
  const chosen = document.documentElement.dataset['theme'];
  return chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
};

/** A reader for one theme: its identity is what changes with the theme. */
const colourReader = (_theme: string) => (token: Token) => {
  const probe = document.createElement('span');
  probe.style.color = `var(--${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
};

/**
 * Design tokens as plain colours, for a canvas, which knows neither variables nor `light-dark()`. The function
 * changes with the theme, so that it can be a dependency of an effect.
 */
export const useTokenColours = (): TokenColours => {
  const theme = useSyncExternalStore(subscribe, themeNow);
  return useMemo(() => colourReader(theme), [theme]);
};
