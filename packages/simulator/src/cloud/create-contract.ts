import { findAsk, type Ask } from './asks.ts';
import { balanceMicros } from './balance.ts';
import { diskMicrosPerHour, openBill } from './bill.ts';
import type { Contract, Wish } from './contract.ts';
import { drawHex, hash } from './draw.ts';
import { canRun, destroyContract, queueContract, startContract } from './lifecycle.ts';
import { machineStateOf, type Account } from './state.ts';
import { plan, type World } from './world.ts';

export type CreateRefusal = 'no-such-ask' | 'unavailable' | 'no-credit';

export type CreateResult =
  /** `isStarted`: false when it was made stopped, which bills all the same until it is destroyed. */
  | { readonly ok: true; readonly contractId: number; readonly apiKey: string; readonly isStarted: boolean }
  | { readonly ok: false; readonly refusal: CreateRefusal };

/** A second request for one offer within this time is accepted too. */
const duplicateMs = 10_000;
const dayMs = 86_400_000;

const makeContract = (world: World, account: Account, ask: Ask, wish: Wish): Contract => {
  const { state } = world;
  const { machine, numGpus } = ask;
  const id = state.nextContractId++;
  const rates = {
    gpuMicrosPerHour: wish.bidMicrosPerHour ?? ask.gpuMicrosPerHour,
    diskMicrosPerHour: diskMicrosPerHour(wish.diskGb, machine.storageMicrosPerGbMonth),
    downMicrosPerGb: machine.downMicrosPerGb,
    upMicrosPerGb: machine.upMicrosPerGb,
  };
  const contract: Contract = {
    id,
    accountId: account.id,
    askId: ask.id,
    machine: machine.index,
    numGpus,
    createdAtMs: state.nowMs,
    endsAtMs: state.nowMs + (30 + (hash(state.seed, 'end', machine.index) % 60)) * dayMs,
    image: wish.image,
    runtype: wish.runtype,
    env: wish.env,
    onstart: wish.onstart,
    args: wish.args,
    diskGb: wish.diskGb,
    templateHash: wish.templateHash,
    isBid: wish.bidMicrosPerHour !== null,
    apiKey: drawHex(64, state.seed, 'instance-key', id),
    label: wish.label,
    rates,
    bill: openBill(rates, state.nowMs),
    actualStatus: null,
    currentState: 'stopped',
    nextState: 'stopped',
    intendedStatus: 'stopped',
    statusMessage: '',
    start: 0,
    fate: { bootMs: 0, sshDelayMs: 0 },
    runningSinceMs: null,
    isWaiting: false,
    isOutbid: false,
    container: 1,
    goneAtMs: null,
    isDestroying: false,
    sshKeys: account.sshKeys.map(({ key }) => key),
    address: null,
    load: { gpuPercent: [], gpuMemoryMb: [], cpuPercent: 1, memoryMb: 600, diskUsedGb: 1 },
    files: {},
    log: [],
  };
  state.contracts[id] = contract;
  plan(world, contract, 'expired', contract.endsAtMs);
  return contract;
};

/** The duplicate of a request that was served: accepted, never comes up, and disappears. */
const makeDuplicate = (world: World, account: Account, ask: Ask, wish: Wish): CreateResult => {
  const contract = makeContract(world, account, ask, wish);
  contract.intendedStatus = 'running';
  contract.nextState = 'running';
  contract.actualStatus = 'created';
  world.emit('created', contract);
  plan(
    world,
    contract,
    'vanished',
    world.state.nowMs + 15_000 + (hash(world.state.seed, contract.id) % 30_000),
  );
  return { ok: true, contractId: contract.id, apiKey: contract.apiKey, isStarted: true };
};

/** Takes an offer. What was validated before: the wish itself. */
export const createContract = (world: World, account: Account, askId: number, wish: Wish): CreateResult => {
  const { state } = world;
  const found = findAsk(world, askId);
  if (found.kind === 'unknown') return { ok: false, refusal: 'no-such-ask' };
  const { ask } = found;
  if (balanceMicros(state, account) <= 0) return { ok: false, refusal: 'no-credit' };
  state.recentAsks = state.recentAsks.filter(({ atMs }) => state.nowMs - atMs < duplicateMs);
  if (found.kind === 'taken')
    return state.recentAsks.some((recent) => recent.askId === askId)
      ? makeDuplicate(world, account, ask, wish)
      : { ok: false, refusal: 'unavailable' };

  const isBidTooLow = wish.bidMicrosPerHour !== null && wish.bidMicrosPerHour < ask.minimumBidMicros;
  if (wish.cancelUnavailable && wish.targetState === 'running' && (!ask.isRentable || isBidTooLow))
    return { ok: false, refusal: 'unavailable' };

  const { taken } = machineStateOf(state, ask.machine.index);
  taken[ask.numGpus] = (taken[ask.numGpus] ?? 0) + 1;
  state.recentAsks.push({ askId, atMs: state.nowMs });
  const contract = makeContract(world, account, ask, wish);
  if (isBidTooLow) {
    contract.statusMessage = 'Bid is below the minimum';
    world.emit('stopped', contract);
  } else if (wish.targetState === 'running') {
    if (canRun(world, contract)) startContract(world, contract);
    else queueContract(world, contract, 'Required resources are currently unavailable');
  } else world.emit('stopped', contract);
  const isStarted = contract.currentState === 'running';
  return { ok: true, contractId: contract.id, apiKey: contract.apiKey, isStarted };
};

/** Destroys each that there is; answers those that there are not. */
export const destroyContracts = (world: World, ids: readonly number[]): readonly number[] =>
  ids.filter((id) => {
    const contract = world.state.contracts[id];
    if (contract === undefined || contract.goneAtMs !== null) return true;
    destroyContract(world, contract);
    return false;
  });
