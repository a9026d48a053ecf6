import { defaultIdlePolicy, defaultImage, Needs } from '@dumont/contracts/machines/instances';
import { systemClock } from '../src/kernel/clock.ts';
import { createSystemRandom } from '../src/kernel/random.ts';
import type { TestDatabase } from './database.ts';

export interface MachineObject {
  readonly state: 'new' | 'running' | 'paused' | 'hibernated' | 'lost' | 'destroyed';
}

/** Rows as the server itself writes them, for tests that need many objects of many owners. Each answers its id. */
export const createObjects = ({ pool }: Pick<TestDatabase, 'pool'>) => {
  const insert = async (table: string, row: Readonly<Record<string, unknown>>): Promise<void> => {
    const names = Object.keys(row);
    const places = names.map((_, at) => `$${at + 1}`).join(', ');
    await pool.query(`INSERT INTO app.${table} (${names.join(', ')}) VALUES (${places})`, Object.values(row));
  };
  const random = createSystemRandom(systemClock);
  const now = systemClock.now();
  const farAway = new Date(now.getTime() + 86_400_000_000);

  const addProject = async (): Promise<string> => {
    const id = random.id();
    await insert('projects', { id, name: id, description: '', created_at: now });
    return id;
  };

  const addRun = async (
    projectId: string,
    ownerId: string,
    kind: 'pipeline' | 'command' = 'pipeline',
  ): Promise<string> => {
    const id = random.id();
    const work =
      kind === 'pipeline'
        ? { subject: 'fund-data', params: { sistemas: ['cvm_diario'] } }
        : { subject: 'true', params: { command: ['true'], environment: {} } };
    await insert('runs', {
      id,
      project_id: projectId,
      created_by: ownerId,
      kind,
      ...work,
      state: 'failed',
      executor: 'local',
      requirements: {},
      priority: 0,
      parts: '[]',
      max_attempts: 1,
      retry_on: [],
      retry_backoff_seconds: 0,
      queued_at: now,
      due_at: now,
      started_at: now,
      finished_at: now,
    });
    return id;
  };

  const addSnapshot = async (projectId: string, ownerId: string): Promise<string> => {
    const id = random.id();
    const machineId = random.id();
    const owned = { machine_id: machineId, project_id: projectId, owner_id: ownerId, epoch: 1 };
    await insert('snapshot_repositories', {
      ...owned,
      state: 'new',
      password_sealed: Buffer.alloc(1),
      created_at: now,
      maintenance_at: now,
    });
    await insert('snapshots', {
      ...owned,
      id,
      kind: 'manual',
      paths: ['/workspace'],
      excludes: [],
      tags: [],
      state: 'partial',
      created_at: now,
      finished_at: now,
      due_at: now,
    });
    return id;
  };

  const addMachine = async (
    projectId: string,
    ownerId: string,
    { state }: MachineObject = { state: 'hibernated' },
  ): Promise<string> => {
    const id = random.id();
    await insert('machines', {
      id,
      project_id: projectId,
      owner_id: ownerId,
      label: `machine ${id}`,
      state,
      state_at: now,
      needs: Needs.parse({}),
      image: defaultImage,
      disk_gb: 10,
      ports: [],
      ssh_public_key: 'ssh-ed25519 AAAA',
      ssh_private_key: Buffer.from('sealed elsewhere'),
      idle_policy: defaultIdlePolicy,
      last_beat_at: now,
      created_at: now,
      due_at: farAway,
    });
    return id;
  };

  const addProblemInstance = async (projectId: string, ownerId: string): Promise<string> => {
    const id = random.id();
    await insert('optimization_instances', {
      id,
      key: id.replaceAll('-', ''),
      project_id: projectId,
      owner_id: ownerId,
      name: `instance ${id}`,
      description: '',
      app: 'timer',
      data: '{}',
      data_hash: 'of the data',
      data_bytes: 2,
      created_at: now,
      updated_at: now,
    });
    return id;
  };

  return {
    addProject,
    addRun,
    addSnapshot,
    addProblemInstance,
    /** Not started, and by itself never. */
    addExecution: async (projectId: string, ownerId: string): Promise<string> => {
      const id = random.id();
      await insert('optimization_executions', {
        id,
        key: id.replaceAll('-', ''),
        project_id: projectId,
        owner_id: ownerId,
        instance_id: await addProblemInstance(projectId, ownerId),
        name: `execution ${id}`,
        description: '',
        app: 'timer',
        config: '{"seconds":0}',
        state: -4,
        state_message: '',
        created_at: now,
        updated_at: now,
      });
      return id;
    },
    addCase: async (projectId: string, ownerId: string): Promise<string> => {
      const id = random.id();
      await insert('optimization_cases', {
        id,
        project_id: projectId,
        owner_id: ownerId,
        name: `case ${id}`,
        description: '',
        app: 'timer',
        data: '{}',
        data_hash: 'of the data',
        created_at: now,
        updated_at: now,
      });
      return id;
    },
    addSnapshotRestore: async (projectId: string, ownerId: string): Promise<string> => {
      const id = random.id();
      await insert('snapshot_restores', {
        id,
        snapshot_id: await addSnapshot(projectId, ownerId),
        machine_id: random.id(),
        project_id: projectId,
        owner_id: ownerId,
        epoch: 1,
        target_path: '/',
        paths: [],
        verify: true,
        state: 'complete',
        created_at: now,
        due_at: now,
      });
      return id;
    },
    numberOfRun: async (id: string): Promise<number> => {
      const { rows } = await pool.query<{ number: number }>('SELECT number FROM app.runs WHERE id = $1', [
        id,
      ]);
      const [row] = rows;
      if (row === undefined) throw new Error(`there is no run ${id}`);
      return row.number;
    },
    addSchedule: async (projectId: string, ownerId: string): Promise<string> => {
      const id = random.id();
      await insert('schedules', {
        id,
        project_id: projectId,
        created_by: ownerId,
        name: `schedule ${id}`,
        kind: 'pipeline',
        subject: 'fund-data',
        params: { sistemas: ['cvm_diario'] },
        cron: '0 3 * * *',
        time_zone: 'America/Sao_Paulo',
        business_days_only: false,
        enabled: false,
        created_at: now,
      });
      return id;
    },
    addGatewayRoute: async (projectId: string, name: string): Promise<string> => {
      const id = random.id();
      await insert('gateway_routes', {
        id,
        project_id: projectId,
        name,
        definition: {
          name,
          path: `/${name}/{proxy+}`,
          upstreams: [{ url: 'http://service.invalid' }],
          enabled: false,
        },
        created_at: now,
        updated_at: now,
      });
      return id;
    },
    addAlarmRule: async (projectId: string | null): Promise<string> => {
      const id = random.id();
      await insert('alarm_rules', {
        id,
        project_id: projectId,
        name: `rule ${id}`,
        description: '',
        severity: 'warning',
        condition: { type: 'event', event: 'test.never', resolveAfterSeconds: 3600 },
        webhooks: [],
        emails: [],
        enabled: false,
        state: 'ok',
        armed_at: now,
        created_at: now,
      });
      return id;
    },
    /** Its key opens in no vault: nothing is ever asked with it. Unless it is open, nothing is rented with it either. */
    addProvider: async (projectId: string, isOpen = false): Promise<string> => {
      const id = random.id();
      await insert('provider_accounts', {
        id,
        project_id: projectId,
        name: `account ${id}`,
        kind: 'vast',
        url: 'https://192.0.2.1',
        api_key: Buffer.from('sealed elsewhere'),
        is_installation: false,
        is_open: isOpen,
        created_at: now,
        updated_at: now,
      });
      return id;
    },
    closeProviders: async (projectId: string): Promise<void> => {
      // In one order: several are asked for at once.
      await pool.query(
        `UPDATE app.provider_accounts SET is_open = false WHERE id IN (
           SELECT id FROM app.provider_accounts WHERE project_id = $1 AND is_open ORDER BY id FOR UPDATE)`,
        [projectId],
      );
    },
    /** Due in a long time: nobody works on it by itself. */
    addMachine,
    addMachineOperation: async (machineId: string): Promise<string> => {
      const id = random.id();
      await insert('machine_operations', {
        id,
        machine_id: machineId,
        kind: 'deploy',
        phase: 'searching',
        phase_at: now,
        request: {},
        reason: 'user',
        created_at: now,
      });
      return id;
    },
    addWatch: async (projectId: string): Promise<string> => {
      const id = random.id();
      await insert('market_watches', {
        id,
        project_id: projectId,
        gpu_name: `GPU ${id}`,
        // Nobody samples it.
        due_at: farAway,
        created_at: now,
      });
      return id;
    },
    addBlacklistEntry: async (projectId: string): Promise<string> => {
      const id = random.id();
      await insert('host_blacklist', {
        id,
        project_id: projectId,
        kind: 'vast',
        host_machine_id: id,
        reason: 'x',
        created_at: now,
      });
      return id;
    },
    addAlarm: async (projectId: string | null): Promise<string> => {
      const id = random.id();
      await insert('alarms', {
        id,
        rule_id: random.id(),
        project_id: projectId,
        rule_name: 'a rule',
        severity: 'warning',
        state: 'resolved',
        findings: '[]',
        started_at: now,
        last_seen_at: now,
        resolved_at: now,
      });
      return id;
    },
  };
};
export type Objects = ReturnType<typeof createObjects>;
