import { join } from 'node:path';
import type { S3Config } from '../../../kernel/config/config.ts';
import type { Random } from '../../../kernel/random.ts';
import { createFolderFiles } from './folder-files.ts';
import type { RepositoryFiles } from './repository-files.ts';
import { createRepositoryS3Client, createS3Files } from './s3-files.ts';

/** How a store is reached without the gateway: the environment of restic, and what of it is secret. */
export interface DirectAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Where the repositories of an installation are: a prefix for each machine. */
export interface RepositoryPlace {
  files(machineId: string): RepositoryFiles;
  /** For the server's own restic. */
  forServer(machineId: string): DirectAccess;
  /**
   * For a machine, where the operator has named a key that machines may have. It opens the repositories of all
   * machines: without one, machines come through the gateway.
   */
  forMachine(machineId: string): DirectAccess | undefined;
}

export const createFolderPlace = (folder: string, random: Pick<Random, 'id'>): RepositoryPlace => ({
  files: (machineId) => createFolderFiles(join(folder, machineId), random),
  forServer: (machineId) => ({ environment: { RESTIC_REPOSITORY: join(folder, machineId) }, secrets: [] }),
  forMachine: () => undefined,
});

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An S3 bucket; `config.prefix` is the installation's. */
export const createS3Place = (config: S3Config, machineKey: AccessKey | undefined): RepositoryPlace => {
  const client = createRepositoryS3Client(config);
  const prefixOf = (machineId: string): string => `${config.prefix}repositories/${machineId}/`;
  const access = (machineId: string, key: AccessKey): DirectAccess => {
    const endpoint = config.endpoint ?? `https://s3.${config.region}.amazonaws.com`;
    return {
      environment: {
        RESTIC_REPOSITORY: `s3:${endpoint.replace(/\/$/, '')}/${config.bucket}/${prefixOf(machineId).slice(0, -1)}`,
        AWS_ACCESS_KEY_ID: key.accessKeyId,
        AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
        AWS_DEFAULT_REGION: config.region,
      },
      secrets: [key.secretAccessKey],
    };
  };
  return {
    files: (machineId) => createS3Files(client, config.bucket, prefixOf(machineId)),
    forServer: (machineId) => access(machineId, config),
    forMachine: (machineId) => (machineKey === undefined ? undefined : access(machineId, machineKey)),
  };
};
