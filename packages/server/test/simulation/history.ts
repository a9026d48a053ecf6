import type { TestDatabase } from '../database.ts';
import { watchInvariants } from './invariants.ts';
import { createChance } from './seeded.ts';
import { createUser } from './user.ts';
import { createWorld, type Server, type World } from './world.ts';

export interface HistoryOptions {
  readonly database: TestDatabase;
  readonly seed: number;
  /** Writing each statement down is a tenth of what a history costs. */
  readonly keepsJournal?: boolean;
}

export interface History {
  readonly seed: number;
  /** Each line begins with the seconds since the start. */
  readonly trace: readonly string[];
  /** The trace with every statement of the servers, where it is kept. */
  readonly journal: readonly string[];
  readonly broken: readonly string[];
  readonly statements: number;
  readonly kills: number;
}

const minuteMs = 60_000;
const beatMs = 30_000;
const troubleMs = 7 * minuteMs;
const calmMs = 7 * minuteMs;
/** For what is still under way after that: three batches and a restore. */
const patienceMs = 12 * minuteMs;

const profiles = ['none', 'ordinary', 'flaky', 'flaky', 'hostile', 'hostile'] as const;

/** What befalls machines and hosts besides what the provider's API does. */
const befall = (world: World, away: Set<number>): void => {
  const { chance, cloud } = world;
  const alive = cloud.truth().filter(({ goneAtMs }) => goneAtMs === null);
  const [first, ...others] = alive;
  if (first === undefined) return;
  const victim = chance.pick([first, ...others]);
  if (chance.chance(0.1)) {
    const forMs = chance.chance(0.7) ? chance.between(30_000, 5 * minuteMs) : 30 * minuteMs;
    world.tell(`world: the host of ${victim.id} is away for ${Math.round(forMs / 1000)} s`);
    cloud.apply({ kind: 'kill-host', machine: victim.machine, forMs });
    away.add(victim.machine);
  }
};

/** Machines in the account that are nobody's business here: of another installation, and of a person. */
const rentForOthers = (world: World): void => {
  for (const label of ['dumont/0192bbbb-0000-7000-8000-000000000002/x/y/1', null]) {
    const ask = world.cloud.asks().findLast(({ isRentable }) => isRentable);
    if (ask === undefined) continue;
    world.cloud.apply({
      kind: 'create',
      accountId: 501,
      askId: ask.id,
      wish: {
        image: 'x',
        runtype: 'ssh',
        env: [],
        onstart: null,
        args: [],
        diskGb: 20,
        label,
        bidMicrosPerHour: null,
        targetState: 'running',
        cancelUnavailable: true,
        templateHash: null,
        isVm: false,
      },
    });
  }
};

/** One history from its seed: trouble first, then calm, in which everything must come right. */
export const runHistory = async ({
  database,
  seed,
  keepsJournal = false,
}: HistoryOptions): Promise<History> => {
  const lots = createChance(seed * 7919);
  const faults = lots.pick(profiles);
  const badShare = lots.pick([0, 0.2, 0.3, 0.6]);
  await using world = await createWorld({ database, seed, faults, badShare, keepsJournal });
  const invariants = watchInvariants(world);
  const user = createUser(world, invariants);
  const nowMs = (): number => world.clock.now().getTime();
  const startMs = nowMs();
  const isKilled = lots.chance(0.7);
  const away = new Set<number>();
  let kills = 0;
  let statements = 0;
  let server: Server | undefined;

  const boot = async (isCalm: boolean): Promise<Server> => {
    const doom =
      isKilled && !isCalm
        ? {
            atStatement: Math.floor(lots.between(150, 2500)),
            when: lots.pick(['before', 'after'] as const),
          }
        : undefined;
    world.tell('server: starts');
    const starting = world.startServer(doom);
    void starting.catch(() => undefined);
    let started: Server | undefined;
    void starting.then((one) => (started = one));
    await world.pass(nowMs() + 10 * minuteMs, () => started !== undefined);
    if (started === undefined) throw new Error('the server does not start');
    return started;
  };

  const beat = async (of: Server): Promise<void> => {
    for (const agent of world.bodies.agents.values()) {
      const status = world.bodies.statusOf(agent);
      // Whether it is taken is the server's business; a fenced one is refused.
      if (status !== undefined) void of.beats.receive(agent.token, status).catch(() => undefined);
    }
  };

  rentForOthers(world);
  world.tell(
    `seed ${seed}: faults ${faults}, bad hosts ${badShare}, ${isKilled ? 'killed' : 'never killed'}`,
  );
  for (let atMs = startMs; atMs < startMs + troubleMs + calmMs; atMs += beatMs) {
    const isCalm = atMs >= startMs + troubleMs;
    if (isCalm) {
      world.faults.setPlan({ rates: [] });
      for (const machine of away) world.cloud.apply({ kind: 'revive-host', machine });
      away.clear();
    }
    if (server === undefined || server.process.isDead) {
      if (server !== undefined) {
        kills += 1;
        world.tell('server: is dead');
        statements += server.process.statements;
        await world.pass(nowMs() + lots.between(0, 60_000));
      }
      server = await boot(isCalm);
    }
    const present = server;
    await beat(present);
    // Whoever looks reads over another connection: only a world at rest answers the same each time.
    await world.pass(nowMs());
    if (!isCalm) {
      let isOver = false;
      const stepping = user.step(present).finally(() => (isOver = true));
      // Time is passed by one alone: of two, one would take the world for at rest while the other moves it on.
      await world.pass(nowMs() + beatMs, () => isOver || present.process.isDead);
      await Promise.race([stepping, Promise.resolve()]);
      befall(world, away);
    }
    await world.pass(Math.max(nowMs(), atMs + beatMs), () => present.process.isDead);
    await invariants.check(isCalm);
    for (const machine of await user.look()) {
      if (machine.state === 'lost') user.forgive(machine);
      const wrong = user.checkFiles(machine);
      if (wrong !== undefined) invariants.fail(wrong);
    }
    if (invariants.broken.length > 0) break;
  }
  const endMs = nowMs() + patienceMs;
  while (invariants.broken.length === 0 && nowMs() < endMs && !(await invariants.isAtRest())) {
    if (server === undefined || server.process.isDead) server = await boot(true);
    await beat(server);
    await world.pass(nowMs() + beatMs);
  }
  if (invariants.broken.length === 0) await invariants.checkEnd();
  statements += server?.process.statements ?? 0;
  await server?.process.kill();
  if (invariants.broken.length === 0) await invariants.checkLedger();
  const { trace, journal } = world;
  return { seed, trace, journal, broken: invariants.broken, statements, kills };
};
