/** How one process reaches one repository. All of it goes by the environment, where only its own user can read it. */
export interface RepositoryAccess {
  /** `RESTIC_REPOSITORY`, `RESTIC_PASSWORD`, keys of the store. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values that must not appear in any message. */
  readonly secrets: readonly string[];
  /** A file with certificates that the store is trusted by. */
  readonly caCertificate?: string;
}

export interface ResticTuning {
  readonly compression: 'auto' | 'max' | 'off';
  /** 4 to 128; a pack is what is written and read at once. */
  readonly packSizeMebibytes: number;
  /** Requests in flight; more of them hide latency and cost a pack of memory each. */
  readonly connections: number;
}

export const defaultTuning: ResticTuning = { compression: 'auto', packSizeMebibytes: 16, connections: 32 };

/** restic names the setting after the kind of store. */
export const tuningArguments = (access: RepositoryAccess, tuning: ResticTuning): readonly string[] => {
  const repository = access.environment['RESTIC_REPOSITORY'] ?? '';
  const store = repository.startsWith('s3:') ? 's3' : repository.startsWith('rest:') ? 'rest' : 'local';
  return [
    '-o',
    `${store}.connections=${tuning.connections}`,
    `--compression=${tuning.compression}`,
    `--pack-size=${tuning.packSizeMebibytes}`,
    ...(access.caCertificate === undefined ? [] : ['--cacert', access.caCertificate]),
  ];
};
