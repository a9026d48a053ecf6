import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { optimizationQueries } from '../../queries/optimization.ts';
import {
  configFieldsOf,
  configText,
  draftOf,
  problemOf,
  restProblem,
  type ConfigDraft,
} from './config-fields.ts';
import { useAppSchemas } from './use-app-schemas.ts';

/** The configuration of an app while it is written; `before` is one to begin with. */
export const useConfigDraft = (app: string, before: unknown) => {
  const schemas = useAppSchemas(app);
  const apps = useQuery(optimizationQueries.apps());
  const solvers = apps.data?.items.find(({ id }) => id === app)?.solvers;
  const config = schemas.data?.config;
  const fields = useMemo(
    () => (config === undefined ? [] : configFieldsOf(config, solvers)),
    [config, solvers],
  );
  const [edited, setDraft] = useState<ConfigDraft>();
  const draft = edited ?? draftOf(fields, before);
  const isRight =
    restProblem(draft.rest) === undefined &&
    fields.every((field) => problemOf(field, draft.fields[field.name] ?? '') === undefined);
  return {
    schemas,
    fields,
    draft,
    setDraft,
    /** As JSON; undefined while something in it is wrong. */
    text: isRight ? configText(fields, draft) : undefined,
  };
};
