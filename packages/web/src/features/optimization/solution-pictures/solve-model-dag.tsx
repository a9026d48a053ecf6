import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { DataTable } from '../data-table.tsx';
import { NoPicture } from './frame.tsx';
import { readFigure, readRows, type PictureProps } from './picture-data.ts';

/** Variables that are not zero, the largest first: of a model this is what the answer says. */
const ModelPicture = ({ solution }: PictureProps) => {
  const { t } = useTranslation('solutionPictures');
  const format = useFormat();
  const variables = readRows(solution, 'variables', ['name', 'varValue']);
  if (variables === undefined) return <NoPicture />;
  const used = variables
    .filter((row) => Math.abs(readFigure(row, 'varValue')) > 1e-9)
    .toSorted((a, b) => Math.abs(readFigure(b, 'varValue')) - Math.abs(readFigure(a, 'varValue')));
  const label = t('model.label', {
    count: used.length,
    used: format.number(used.length),
    all: format.number(variables.length),
  });
  const headers: Readonly<Record<string, string>> = {
    name: t('model.variable'),
    varValue: t('model.value'),
    cat: t('model.kind'),
  };
  return (
    <figure className="flex min-w-0 flex-col gap-3">
      <figcaption className="text-sm text-ink-muted">{label}</figcaption>
      <div className="overflow-hidden rounded-md border border-line">
        <DataTable
          table={{ name: 'variables', columns: ['name', 'varValue', 'cat'], rows: used }}
          label={label}
          columnLabel={(column) => headers[column] ?? column}
        />
      </div>
    </figure>
  );
};

export default ModelPicture;
