import type { Preparation } from '../../runs/index.ts';
import type { FolderApp } from '../apps/read-apps.ts';
import type { ExecutionRow } from './execution-store.ts';
import { commandIn } from './in-folder.ts';

/** Whoever signs in with a pass need not say who they are; addresses have a name before the password all the same. */
const userName = 'worker';

/**
 * How a program starts that asks for its data and writes its answer as a worker of Cornflow: where the door is with
 * what it signs in by, under both names that such programs look for it, and what Airflow would tell it to do.
 */
export const workerStart = (
  app: FolderApp,
  row: Pick<ExecutionRow, 'key' | 'checks_only'>,
  door: { readonly url: URL; readonly pass: string; readonly caseNumber: number | undefined },
): Pick<Preparation, 'command' | 'environment' | 'secrets'> => {
  const uri = new URL(door.url);
  uri.username = userName;
  uri.password = door.pass;
  const task = {
    exec_id: row.key,
    checks_and_kpis_only: row.checks_only,
    ...(door.caseNumber === undefined ? {} : { case_id: door.caseNumber }),
  };
  return {
    command: commandIn(app),
    environment: {
      CF_URI: uri.href,
      AIRFLOW_CONN_CF_URI: uri.href,
      CF_EXEC_ID: row.key,
      CF_CONF: JSON.stringify(task),
    },
    secrets: [door.pass],
  };
};
