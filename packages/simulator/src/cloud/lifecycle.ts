import { freeGpus, isAway } from './asks.ts';
import { balanceMicros, nextBalanceCheckMs } from './balance.ts';
import { changeRates, closeBill, startGpu, stopGpu } from './bill.ts';
import { addLog, type Contract } from './contract.ts';
import { createDraw } from './draw.ts';
import { drawFate } from './fate.ts';
import { minimumBidAt, nextStepAt } from './market.ts';
import type { Planned } from './state.ts';
import { plan, type World } from './world.ts';

const logStep = (world: World, contract: Contract, text: string): void =>
  addLog(contract, `${new Date(world.state.nowMs).toISOString()} ${text}`);

/** Bids and what waits are looked at whenever the market moves. */
const watchMarket = (world: World, contract: Contract): void => {
  if (!contract.isBid && !contract.isWaiting) return;
  plan(world, contract, 'market', nextStepAt(world.machine(contract.machine), world.state.nowMs));
};

/** Starts its container. It holds its GPUs from here, and pays for them from running. */
export const startContract = (world: World, contract: Contract): void => {
  const { state } = world;
  const isRestart = contract.start > 0;
  contract.start++;
  contract.isWaiting = false;
  contract.isOutbid = false;
  contract.intendedStatus = 'running';
  contract.nextState = 'running';
  contract.currentState = 'running';
  contract.fate = drawFate(state, world.machine(contract.machine), isRestart);
  contract.statusMessage = '';
  const { bootMs, flaw } = contract.fate;
  if (isRestart) plan(world, contract, 'loading', state.nowMs);
  else {
    plan(world, contract, 'created', state.nowMs + Math.min(1200, bootMs * 0.1));
    plan(world, contract, 'loading', state.nowMs + Math.min(3500, bootMs * 0.3));
  }
  if (flaw === 'oci-failure') plan(world, contract, 'failed', state.nowMs + bootMs);
  else if (flaw !== 'stuck-loading') plan(world, contract, 'running', state.nowMs + bootMs);
  watchMarket(world, contract);
};

/** Nobody can have what it needs: it starts by itself when the market allows. */
export const queueContract = (world: World, contract: Contract, message: string): void => {
  contract.start++;
  contract.isWaiting = true;
  contract.intendedStatus = 'running';
  contract.currentState = 'stopped';
  contract.statusMessage = message;
  world.emit('queued', contract);
  watchMarket(world, contract);
};

export const canRun = (world: World, contract: Contract): boolean => {
  const { state } = world;
  const machine = world.machine(contract.machine);
  const hasPrice =
    !contract.isBid ||
    contract.rates.gpuMicrosPerHour >= minimumBidAt(state, machine, contract.numGpus, state.nowMs);
  return hasPrice && state.nowMs < contract.endsAtMs && freeGpus(world, machine) >= contract.numGpus;
};

const haltContract = (world: World, contract: Contract, status: 'exited' | 'stopped'): void => {
  contract.start++;
  contract.actualStatus = status;
  contract.currentState = 'stopped';
  contract.nextState = 'stopped';
  contract.runningSinceMs = null;
  stopGpu(contract.bill, world.state.nowMs);
};

/** Asks for a stop: a container needs some seconds to end. */
export const stopContract = (world: World, contract: Contract): void => {
  contract.start++;
  contract.isWaiting = false;
  contract.intendedStatus = 'stopped';
  contract.nextState = 'stopped';
  if (contract.currentState !== 'running') return;
  const draw = createDraw(world.state.seed, 'stop', contract.id, contract.start);
  plan(world, contract, 'stopped', world.state.nowMs + 1000 * draw.logNormal(2.5, 0.4));
};

export const outbidContract = (world: World, contract: Contract): void => {
  haltContract(world, contract, 'stopped');
  contract.isWaiting = true;
  contract.isOutbid = true;
  contract.statusMessage = 'Instance was outbid';
  logStep(world, contract, 'outbid: stopped');
  world.emit('outbid', contract);
  watchMarket(world, contract);
};

/** The host is out of reach: its containers may go on, nobody can say. */
export const loseContract = (world: World, contract: Contract): void => {
  contract.actualStatus = 'offline';
  contract.runningSinceMs = null;
  stopGpu(contract.bill, world.state.nowMs);
  world.emit('offline', contract);
};

export const reviveContract = (world: World, contract: Contract): void => {
  contract.actualStatus = 'running';
  contract.runningSinceMs = world.state.nowMs;
  startGpu(contract.bill, contract.rates, world.state.nowMs);
  world.emit('back', contract);
};

export const rebootContract = (world: World, contract: Contract): void => {
  contract.start++;
  contract.actualStatus = 'rebooting';
  contract.fate = drawFate(world.state, world.machine(contract.machine), true);
  contract.runningSinceMs = null;
  world.emit('rebooting', contract);
  plan(world, contract, 'running', world.state.nowMs + Math.min(contract.fate.bootMs, 120_000));
  watchMarket(world, contract);
};

/** A new container in the place of the old one: what was in it is lost. */
export const recycleContract = (world: World, contract: Contract): void => {
  stopGpu(contract.bill, world.state.nowMs);
  contract.container++;
  contract.files = {};
  contract.actualStatus = 'created';
  contract.runningSinceMs = null;
  world.emit('recycled', contract);
  startContract(world, contract);
};

export const destroyContract = (world: World, contract: Contract): void => {
  if (contract.isDestroying) return;
  contract.isDestroying = true;
  contract.isWaiting = false;
  contract.start++;
  contract.intendedStatus = 'stopped';
  contract.nextState = 'unloaded';
  const { removal } = world.state.market;
  const draw = createDraw(world.state.seed, 'removal', contract.id);
  world.emit('destroying', contract);
  plan(
    world,
    contract,
    'gone',
    world.state.nowMs + 1000 * draw.logNormal(removal.medianSeconds, removal.sigma),
  );
};

const removeContract = (world: World, contract: Contract): void => {
  closeBill(contract.bill, world.state.nowMs);
  contract.goneAtMs = world.state.nowMs;
  contract.currentState = 'unloaded';
  contract.files = {};
  contract.log = [];
  world.emit('gone', contract);
};

export const changeBid = (world: World, contract: Contract, gpuMicrosPerHour: number): void => {
  contract.rates = { ...contract.rates, gpuMicrosPerHour };
  changeRates(contract.bill, contract.rates, world.state.nowMs);
  onMarket(world, contract);
};

const onMarket = (world: World, contract: Contract): void => {
  const { state } = world;
  const machine = world.machine(contract.machine);
  if (contract.isWaiting && canRun(world, contract)) {
    startContract(world, contract);
    return;
  }
  const isUnderBid =
    contract.isBid &&
    contract.currentState === 'running' &&
    (contract.rates.gpuMicrosPerHour < minimumBidAt(state, machine, contract.numGpus, state.nowMs) ||
      freeGpus(world, machine) < 0);
  if (isUnderBid) outbidContract(world, contract);
  else watchMarket(world, contract);
};

const onRunning = (world: World, contract: Contract): void => {
  const { state } = world;
  if (isAway(world, world.machine(contract.machine))) {
    loseContract(world, contract);
    return;
  }
  contract.actualStatus = 'running';
  contract.runningSinceMs = state.nowMs;
  contract.statusMessage = `success, running ${contract.image}/${contract.runtype.split(' ')[0] ?? 'ssh'}`;
  startGpu(contract.bill, contract.rates, state.nowMs);
  logStep(world, contract, 'container started');
  world.emit('running', contract);
  onBalance(world, contract);
  const { diesAfterMs, awayMs } = contract.fate;
  if (diesAfterMs === undefined) return;
  plan(world, contract, 'lost', state.nowMs + diesAfterMs);
  if (awayMs !== undefined) plan(world, contract, 'back', state.nowMs + diesAfterMs + awayMs);
};

/** When what was prepaid is used up, everything that runs is stopped. */
const onBalance = (world: World, contract: Contract): void => {
  const { state } = world;
  const account = state.accounts.find(({ id }) => id === contract.accountId);
  if (account === undefined || contract.isDestroying) return;
  if (balanceMicros(state, account) > 0) {
    plan(world, contract, 'balance', nextBalanceCheckMs(state, account));
    return;
  }
  contract.statusMessage = 'Your account lacks credit: the instance was stopped';
  stopContract(world, contract);
};

const handlers: Readonly<Record<Planned['kind'], (world: World, contract: Contract) => void>> = {
  created: (world, contract) => {
    contract.actualStatus = 'created';
    world.emit('created', contract);
  },
  loading: (world, contract) => {
    contract.actualStatus = 'loading';
    contract.statusMessage = `${contract.image}: Pulling from registry`;
    logStep(world, contract, `pulling ${contract.image}`);
    world.emit('loading', contract);
  },
  running: onRunning,
  failed: (world, contract) => {
    contract.actualStatus = 'created';
    contract.statusMessage =
      'Error response from daemon: failed to create task for container: failed to create shim task: ' +
      'OCI runtime create failed: runc create failed: unable to start container process';
    logStep(world, contract, contract.statusMessage);
    world.emit('failed', contract);
  },
  lost: loseContract,
  back: (world, contract) => {
    if (!isAway(world, world.machine(contract.machine))) reviveContract(world, contract);
  },
  stopped: (world, contract) => {
    haltContract(world, contract, 'exited');
    logStep(world, contract, 'container stopped');
    world.emit('stopped', contract);
  },
  market: onMarket,
  balance: onBalance,
  expired: (world, contract) => {
    if (contract.isDestroying) return;
    contract.statusMessage = 'Contract has expired';
    stopContract(world, contract);
  },
  vanished: removeContract,
  gone: removeContract,
};

/** Lets one planned thing happen, unless the contract is gone or was started anew since. */
export const happen = (world: World, planned: Planned): void => {
  const contract = world.state.contracts[planned.contractId];
  if (contract === undefined || contract.goneAtMs !== null) return;
  if (planned.start === -1 || planned.start === contract.start) handlers[planned.kind](world, contract);
};
