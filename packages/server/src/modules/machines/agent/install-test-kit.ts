import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AgentStatus, type AgentReply } from '@dumont/contracts/machines/agent';
import { openMachineBed, type MachineBed } from '@dumont/simulator/machine-bed';
import { systemClock } from '../../../kernel/clock.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import { connect, type SshConnection } from '../ssh/connection.ts';
import { SshError } from '../ssh/target.ts';
import { createPrograms, type Programs } from './programs.ts';
import { onStartLine } from './start-script.ts';

export const never = new AbortController().signal;
const buildTool = join(import.meta.dirname, '../../../../../../tools/build/agent.mjs');
export const random = createSystemRandom(systemClock);

export interface Beat {
  readonly token: string | undefined;
  readonly status: AgentStatus;
}

/** Takes beats as the server does, checks them against the contract, and answers what a test wants. */
export interface BeatTaker extends AsyncDisposable {
  readonly port: number;
  readonly beats: readonly Beat[];
  reply: Partial<AgentReply>;
  /** The next beat that comes from now on and fits. */
  next(fits?: (beat: Beat) => boolean): Promise<Beat>;
}

export const startBeatTaker = async (): Promise<BeatTaker> => {
  const beats: Beat[] = [];
  let came = Promise.withResolvers<void>();
  let failure: unknown;
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      try {
        const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
        beats.push({ token, status: AgentStatus.parse(JSON.parse(text)) });
      } catch (error) {
        failure = error;
      }
      response.end(JSON.stringify({ action: 'none', message: '', next_beat_seconds: 1, ...taker.reply }));
      came.resolve();
      came = Promise.withResolvers();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const taker: BeatTaker = {
    port: (server.address() as AddressInfo).port,
    beats,
    reply: {},
    next: async (fits = () => true) => {
      for (let index = beats.length; ;) {
        const beat = beats[index];
        if (failure !== undefined) throw failure as Error;
        if (beat === undefined) await came.promise;
        else if (fits(beat)) return beat;
        else index += 1;
      }
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close().closeAllConnections();
      await closed;
    },
  };
  return taker;
};

export interface InstallBed extends AsyncDisposable {
  readonly bed: MachineBed;
  /** A machine of the simulator; its container runs the agent at each start. */
  readonly machineId: number;
  readonly programs: Programs;
  enter(): Promise<SshConnection>;
  /** What a command in the machine prints. */
  run(connection: SshConnection, script: string): Promise<string>;
}

/** The programs of this checkout, and a simulated machine that they are put into. */
export const openInstallBed = async (): Promise<InstallBed> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-install-'));
  await promisify(execFile)(process.execPath, [buildTool, folder]);
  const bed = await openMachineBed();
  const machineId = await bed.rent({ onstart: onStartLine });
  const enter = async (): Promise<SshConnection> => {
    for (let attempt = 0; ; attempt += 1) {
      const port = await bed.readPort(machineId);
      try {
        return await connect(
          {
            addresses: [{ host: '127.0.0.1', port: port || 1 }],
            user: 'root',
            privateKey: bed.keys.private,
            hostKey: undefined,
          },
          { clock: systemClock, random, timeoutMs: 20_000 },
          never,
        );
      } catch (error) {
        if (!(error instanceof SshError) || attempt > 300) throw error;
      }
      await delay(100);
    }
  };
  return {
    bed,
    machineId,
    programs: createPrograms({
      cacheFolder: join(folder, 'programs'),
      agentFile: join(folder, 'agent.mjs'),
      nodeFile: process.execPath,
      resticFile: undefined,
      random,
    }),
    enter,
    run: async (connection, script) => {
      const out: string[] = [];
      await connection.run(['/bin/sh', '-c', script], {
        onStdout: (line) => out.push(line),
        onStderr: (line) => out.push(line),
        signal: never,
        timeoutSeconds: 60,
      });
      return out.join('\n');
    },
    [Symbol.asyncDispose]: async () => {
      await bed[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
