import type { S3Config } from '../../../kernel/config/config.ts';
import type { DirectAccess, RepositoryPlace } from './place.ts';
import { createRepositoryS3Client, createS3Files } from './s3-files.ts';

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
