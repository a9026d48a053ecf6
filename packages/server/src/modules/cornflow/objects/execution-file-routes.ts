import { Readable } from 'node:stream';
import { filesKey } from '../../optimization/index.ts';
import { DoorError, type DoorRequest, type DoorRoute } from '../door.ts';
import { integer, readFormFields, required } from '../fields.ts';
import { said } from './answers.ts';
import type { ObjectDeps } from './deps.ts';
import { fileStatus, fileStatuses } from './execution-files.ts';
import { toNaive } from './naive-time.ts';
import { executionIn } from './references.ts';
import { readers } from './roles.ts';

const detail = { view: 'execution-files', rule: '/execution/files/<string:idx>/' } as const;
const dayMs = 86_400_000;
const cleanedAtOnce = 500;

/** Of a zip with entries, and of one without. */
const zipMarks = [Buffer.from('PK\u0003\u0004'), Buffer.from('PK\u0005\u0006')];
const isZip = (content: Buffer): boolean => zipMarks.some((mark) => content.subarray(0, 4).equals(mark));

/** For a header: what people call an execution may hold anything. */
const fileName = (name: string, time: Date): string => {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
  return `${plain}_${toNaive(time).replaceAll(/[:.]/g, '-')}.zip`;
};

const putFilesFields = {
  execution_files_status: required(integer),
};

/** Files that an app leaves beside its solution: one archive of each execution. */
export const createExecutionFileRoutes = (deps: ObjectDeps): readonly DoorRoute[] => {
  const { executions, stores } = deps.optimization;
  const { blobs, clock, filesKeptDays } = deps;

  const getFiles = async (request: DoorRequest) => {
    const row = await executions.get(request.user.caller, executionIn(request));
    const { text, isKept } = fileStatus(row.files_status);
    const blob = isKept ? await blobs.open(filesKey(row.id)) : undefined;
    if (blob === undefined) throw new DoorError(400, text, { status: row.files_status });
    return {
      status: 200,
      stream: {
        content: blob.content,
        mediaType: 'application/zip',
        headers: {
          'content-length': String(blob.sizeBytes),
          'content-disposition': `attachment; filename=${fileName(row.name, row.updated_at)}`,
          'x-message': text,
          'x-status-code': '200',
        },
      },
    };
  };

  const putFiles = async (request: DoorRequest) => {
    const { file, fields } = request.form;
    const { execution_files_status: status } = readFormFields(fields, putFilesFields);
    if (!fileStatuses.has(status))
      throw new DoorError(400, `There is no status ${status} of execution files.`);
    const { caller } = request.user;
    const row = await executions.getWritable(caller, executionIn(request));
    if (status !== 1) {
      await executions.setFiles(caller, { id: row.id }, status);
      if (!fileStatus(status).isKept) await blobs.deleteAll(filesKey(row.id));
      return said('Execution files status saved correctly');
    }
    if (file === undefined)
      throw new DoorError(400, "Execution file status was 'OK' but not file was provided.");
    if (!file.name.endsWith('.zip') || !isZip(file.content))
      throw new DoorError(400, 'The execution file must be a valid .zip file');
    await blobs.put(filesKey(row.id), Readable.from([file.content]));
    await executions.setFiles(caller, { id: row.id }, status);
    return said('Execution files saved correctly');
  };

  const cleanUp = async ({ user }: DoorRequest) => {
    if (filesKeptDays === 0) throw new DoorError(501, 'Execution files cleanup is deactivated server-side.');
    const before = new Date(clock.now().getTime() - filesKeptDays * dayMs);
    let count = 0;
    for (;;) {
      const ids = await stores.executions.listWithFilesSince(before, cleanedAtOnce);
      for (const id of ids) {
        await blobs.deleteAll(filesKey(id));
        await executions.setFiles(user.caller, { id }, -2);
      }
      count += ids.length;
      if (ids.length < cleanedAtOnce) break;
    }
    return said(count === 0 ? 'No execution files found' : `${count} files were deleted.`);
  };

  return [
    { ...detail, method: 'GET', roles: readers, handle: getFiles },
    {
      ...detail,
      method: 'POST',
      roles: ['service'],
      takesFile: true,
      body: putFilesFields,
      handle: putFiles,
    },
    {
      view: 'execution-files-cleanup',
      rule: '/execution/files/cleanup/',
      method: 'DELETE',
      roles: ['service'],
      handle: cleanUp,
    },
  ];
};
