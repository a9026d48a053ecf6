import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { isObject } from '../document-tables.ts';
import { Frame, NoPicture } from './frame.tsx';
import type { PictureProps } from './picture-data.ts';

const width = 320;

const figureIn = (document: unknown, key: string): number | undefined => {
  const value = isObject(document) ? document[key] : undefined;
  return typeof value === 'number' ? value : undefined;
};

/** How long it waited, of what it was asked to. */
const TimerPicture = ({ instance, solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const slept = figureIn(solution, 'sleep');
  if (slept === undefined) return <NoPicture />;
  const asked = figureIn(instance, 'seconds') ?? slept;
  const share = Math.min(1, slept / Math.max(asked, slept, 0.001));
  return (
    <Frame
      label={
        asked === slept
          ? t('timer.waited', { time: format.duration(slept) })
          : t('timer.waitedOf', { time: format.duration(slept), asked: format.duration(asked) })
      }
      width={width}
      height={76}
    >
      <text x={0} y={34} fontSize={30} fontWeight={600} fill="var(--ink)">
        {format.duration(slept)}
      </text>
      <rect x={0} y={52} width={width} height={10} rx={5} fill="var(--neutral-soft)" />
      <rect x={0} y={52} width={width * share} height={10} rx={5} fill="var(--chart-1)" />
    </Frame>
  );
};

export default TimerPicture;
