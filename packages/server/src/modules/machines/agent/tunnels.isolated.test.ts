import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { findObstacle } from '@dumont/simulator/machines';
import { waitFor } from '../../../../test/wait.ts';
import { systemClock } from '../../../kernel/clock.ts';
import type { LeasedWorker } from '../../../kernel/lease/leased-worker.ts';
import { createLogger } from '../../../kernel/log.ts';
import type { SshConnection } from '../ssh/connection.ts';
import { createAgentBed, type AgentBed, type Rented } from './agent-test-kit.ts';
import {
  never,
  openInstallBed,
  random,
  startBeatTaker,
  type BeatTaker,
  type InstallBed,
} from './install-test-kit.ts';
import { createInstall } from './install.ts';
import type { Programs } from './programs.ts';
import { createTunnelStore } from './tunnel-store.ts';
import { startTunnels } from './tunnels.ts';

const obstacle = await findObstacle();
const skip = obstacle === undefined ? false : `machines with processes: ${obstacle}`;

describe('without a public address, a machine reaches the server by a tunnel', { skip }, () => {
  let agents: AgentBed;
  let bed: InstallBed;
  let taker: BeatTaker;
  let rented: Rented;
  let own: SshConnection;
  const entered: SshConnection[] = [];
  const replicas: LeasedWorker[] = [];

  const startReplica = (): void => {
    replicas.push(
      startTunnels({
        store: createTunnelStore(agents.database.db),
        clock: systemClock,
        random,
        log: createLogger('silent'),
        enter: async (id) => {
          assert.equal(id, rented.machineId);
          const connection = await bed.enter();
          entered.push(connection);
          return connection;
        },
        address: { host: '127.0.0.1', port: taker.port },
      }),
    );
  };
  const port = async (): Promise<number> =>
    Number(await bed.run(own, 'cat /opt/dumont/tunnel-port 2>/dev/null || echo 0'));
  const install = (programs: Programs): Promise<void> =>
    createInstall({ programs, publicUrl: undefined })(
      own,
      { machine: { id: rented.machineId }, epoch: 1, agentToken: rented.token },
      never,
    );

  before(async () => {
    [agents, bed, taker] = await Promise.all([createAgentBed(), openInstallBed(), startBeatTaker()]);
    own = await bed.enter();
    rented = await agents.rent();
    await install(bed.programs);
  });
  after(async () => {
    for (const replica of replicas) await replica[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    await bed[Symbol.asyncDispose]();
    await taker[Symbol.asyncDispose]();
    await agents[Symbol.asyncDispose]();
  });

  it('which one replica keeps', async () => {
    assert.equal(await port(), 0);
    const beat = taker.next();
    startReplica();
    startReplica();
    assert.equal((await beat).token, rented.token);
    await taker.next();
    assert.equal(entered.length, 1);
    assert.notEqual(await port(), 0);
  });

  it('which is made again where it was when it breaks, and the agent goes on', async () => {
    const before = await port();
    await entered.at(-1)?.[Symbol.asyncDispose]();
    await taker.next();
    assert.equal(await port(), before);
    assert.equal(entered.length, 2);
  });

  it('which another replica makes when its own ends, on another port where something else has it', async () => {
    const before = await port();
    const holder = replicas.findIndex(({ active }) => active > 0);
    await replicas.splice(holder, 1)[0]?.[Symbol.asyncDispose]();
    const squatter = createServer((socket) => socket.destroy()).listen(before, '127.0.0.1');
    await once(squatter, 'listening');
    assert.equal((squatter.address() as AddressInfo).port, before);
    await taker.next();
    assert.notEqual(await port(), before);
    const closed = once(squatter, 'close');
    squatter.close();
    await closed;
  });

  it('which stays with the agent when that is installed again', async () => {
    const before = await port();
    const lock = await bed.run(own, 'cat /opt/dumont/agent.lock');
    await install(bed.programs);
    assert.equal(await port(), before);
    assert.equal(await bed.run(own, 'cat /opt/dumont/agent.lock'), lock);
  });

  it('which was made elsewhere while an agent was being installed, and is where that one looks', async () => {
    await bed.run(own, 'rm /opt/dumont/tunnel-port');
    const isGoneOn = Promise.withResolvers<void>();
    const installing = install({
      list: async (...of) => {
        await isGoneOn.promise;
        return bed.programs.list(...of);
      },
    });
    await entered.at(-1)?.[Symbol.asyncDispose]();
    await waitFor('another tunnel', async () => (await port()) > 0);
    const made = await port();
    isGoneOn.resolve();
    await installing;
    await taker.next();
    assert.equal(await port(), made);
  });

  it('which ends when the machine is given back', async () => {
    const ended = entered.at(-1)?.closed;
    await agents.database.db
      .updateTable('machines')
      .set({ rental_id: null })
      .where('id', '=', rented.machineId)
      .execute();
    await ended;
    const row = await agents.database.db
      .selectFrom('machine_tunnels')
      .select('machine_id')
      .where('machine_id', '=', rented.machineId)
      .executeTakeFirst();
    assert.equal(row?.machine_id, rented.machineId);
  });
});
