import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { useTranslation } from 'react-i18next';
import { Alert } from '../../ui/alert.tsx';

type Broken = RouteResponse<Routes['listPipelines']>['broken'];

/** The manifests that could not be read: which, where in them, and why. */
export const BrokenManifests = ({ broken }: { readonly broken: Broken }) => {
  const { t } = useTranslation('pipelines');
  if (broken.length === 0) return null;
  return (
    <Alert tone="danger">
      <p className="font-medium">{t('broken.title', { count: broken.length })}</p>
      <ul className="my-1 flex flex-col gap-0.5">
        {broken.map(({ folder, path, reason }) => (
          <li key={`${folder} ${path}`} className="break-words">
            <code className="font-mono text-xs">
              {folder}/manifest.json{path === '' ? '' : `, ${path}`}
            </code>
            : {reason}
          </li>
        ))}
      </ul>
      <p>{t('broken.text')}</p>
    </Alert>
  );
};
