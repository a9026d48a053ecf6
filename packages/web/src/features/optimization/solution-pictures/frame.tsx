import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../../../lib/cn.ts';
import { colourOf } from './colours.ts';

interface FrameProps {
  /** The picture in words. */
  readonly label: string;
  readonly width: number;
  readonly height: number;
  /** Where the drawing begins, if there is nothing above. */
  readonly top?: number;
  readonly children: ReactNode;
  /** Below it: what the colours are. */
  readonly legend?: ReactNode;
  /** Not drawn narrower than this many pixels: it is scrolled instead. */
  readonly leastWidth?: number;
  /** It has as many rows as there are, and is as high as they need: the page is scrolled. Else all of it is seen at once. */
  readonly isList?: boolean;
}

/** A drawing with its words; it grows to the room that it has, up to twice its measure. */
export const Frame = ({
  label,
  width,
  height,
  top = 0,
  children,
  legend,
  leastWidth = 0,
  isList = false,
}: FrameProps) => (
  <figure className="flex min-w-0 flex-col gap-3">
    <div
      className="scroll-edges overflow-x-auto"
      {...(leastWidth > 0 ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 ${top} ${width} ${height}`}
        className={cn('mx-auto block w-full select-none', !isList && 'max-h-[72vh]')}
        style={{ maxWidth: Math.max(width * 1.6, leastWidth), minWidth: leastWidth }}
      >
        {children}
      </svg>
    </div>
    <figcaption className="text-sm text-ink-muted">{label}</figcaption>
    {legend}
  </figure>
);

interface LegendProps {
  readonly items: readonly { readonly key: string; readonly text: ReactNode }[];
}

/** What each colour is, in the order of `colourOf`. */
export const Legend = ({ items }: LegendProps) => (
  <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
    {items.map(({ key, text }, index) => (
      <li key={key} className="flex items-center gap-1.5">
        <span
          aria-hidden
          className="size-2.5 shrink-0 rounded-full"
          style={{ background: colourOf(index) }}
        />
        {text}
      </li>
    ))}
  </ul>
);

/** The documents are of a form that no picture is known for. */
export const NoPicture = () => {
  const { t } = useTranslation('solutionPictures');
  return <p className="text-sm text-ink-muted">{t('none')}</p>;
};
