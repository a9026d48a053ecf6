import { addTraffic, changeRates } from './bill.ts';
import { addLog, type Contract, type Load, type Wish } from './contract.ts';
import { createContract, destroyContracts, type CreateResult } from './create-contract.ts';
import {
  canRun,
  changeBid,
  loseContract,
  outbidContract,
  queueContract,
  rebootContract,
  recycleContract,
  reviveContract,
  startContract,
  stopContract,
} from './lifecycle.ts';
import type { Flaw } from './machine.ts';
import { findContract, listContracts, machineStateOf, type Account } from './state.ts';
import { plan, type World } from './world.ts';

/** Everything that changes the cloud, as JSON: a journal of it with the times is the whole history. */
export type Command =
  | { readonly kind: 'create'; readonly accountId: number; readonly askId: number; readonly wish: Wish }
  | { readonly kind: 'start' | 'stop' | 'reboot' | 'recycle'; readonly contractId: number }
  | { readonly kind: 'destroy'; readonly contractIds: readonly number[] }
  | { readonly kind: 'label'; readonly contractId: number; readonly label: string | null }
  | { readonly kind: 'bid'; readonly contractId: number; readonly microsPerHour: number }
  | { readonly kind: 'add-key'; readonly accountId: number; readonly key: string }
  | { readonly kind: 'change-key'; readonly accountId: number; readonly keyId: number; readonly key: string }
  | { readonly kind: 'remove-key'; readonly accountId: number; readonly keyId: number }
  | { readonly kind: 'attach-key' | 'detach-key'; readonly contractId: number; readonly key: string }
  | { readonly kind: 'accept-increase' | 'reject-increase'; readonly increaseId: number }
  // What a renter cannot ask for: the world around, and what runs in a machine.
  | { readonly kind: 'propose-increase'; readonly contractId: number; readonly gpuMicrosPerHour: number }
  | { readonly kind: 'kill-host'; readonly machine: number; readonly forMs?: number }
  | { readonly kind: 'revive-host'; readonly machine: number }
  | { readonly kind: 'outbid'; readonly contractId: number }
  | { readonly kind: 'price-factor'; readonly machine: number; readonly factor: number }
  /** How many of its GPUs others want from now on; null: as the market says. */
  | { readonly kind: 'force-demand'; readonly machine: number; readonly numGpus: number | null }
  | { readonly kind: 'force-flaw'; readonly machine: number; readonly flaw: Flaw | 'none' | null }
  | { readonly kind: 'load'; readonly contractId: number; readonly load: Partial<Load> }
  | {
      readonly kind: 'traffic';
      readonly contractId: number;
      readonly downBytes: number;
      readonly upBytes: number;
    }
  | { readonly kind: 'write-file'; readonly contractId: number; readonly path: string; readonly text: string }
  | { readonly kind: 'remove-file'; readonly contractId: number; readonly path: string }
  | { readonly kind: 'log'; readonly contractId: number; readonly line: string }
  | { readonly kind: 'address'; readonly contractId: number; readonly host: string; readonly port: number }
  | { readonly kind: 'credit'; readonly accountId: number; readonly micros: number };

export type Refusal = 'not-found' | 'unavailable' | 'not-a-bid' | 'gone' | 'no-key';

export type CommandResult =
  | { readonly ok: true; readonly id?: number; readonly missing?: readonly number[] }
  | { readonly ok: false; readonly refusal: Refusal };

const done = { ok: true } as const;
const refuse = (refusal: Refusal): CommandResult => ({ ok: false, refusal });

const start = (world: World, contract: Contract): CommandResult => {
  if (contract.isDestroying) return refuse('gone');
  if (contract.currentState === 'running' && contract.intendedStatus === 'running') return done;
  if (canRun(world, contract)) {
    startContract(world, contract);
    return done;
  }
  queueContract(world, contract, 'Required resources are currently unavailable');
  return refuse('unavailable');
};

const onContract = (world: World, contract: Contract, command: Command): CommandResult => {
  const { state } = world;
  switch (command.kind) {
    case 'start':
      return start(world, contract);
    case 'stop':
      stopContract(world, contract);
      return done;
    case 'reboot':
      if (contract.actualStatus === 'running') rebootContract(world, contract);
      return done;
    case 'recycle':
      if (contract.currentState === 'running') recycleContract(world, contract);
      return done;
    case 'label':
      contract.label = command.label;
      return done;
    case 'bid':
      if (!contract.isBid) return refuse('not-a-bid');
      changeBid(world, contract, command.microsPerHour);
      return done;
    case 'attach-key':
      if (!contract.sshKeys.includes(command.key)) contract.sshKeys.push(command.key);
      return done;
    case 'detach-key':
      if (!contract.sshKeys.includes(command.key)) return refuse('no-key');
      contract.sshKeys = contract.sshKeys.filter((key) => key !== command.key);
      return done;
    case 'propose-increase': {
      const id = state.nextId++;
      const { gpuMicrosPerHour } = command;
      state.priceIncreases.push({ id, contractId: contract.id, gpuMicrosPerHour, createdAtMs: state.nowMs });
      return { ok: true, id };
    }
    case 'outbid':
      if (!contract.isBid || contract.currentState !== 'running') return refuse('not-a-bid');
      outbidContract(world, contract);
      return done;
    case 'load':
      contract.load = { ...contract.load, ...command.load };
      return done;
    case 'traffic':
      addTraffic(contract.bill, contract.rates, command, state.nowMs);
      return done;
    case 'write-file':
      contract.files[command.path] = command.text;
      return done;
    case 'remove-file':
      delete contract.files[command.path];
      return done;
    case 'log':
      addLog(contract, command.line);
      return done;
    case 'address':
      contract.address = { host: command.host, port: command.port };
      return done;
    default:
      return refuse('not-found');
  }
};

const onHost = (world: World, machine: number, command: Command): CommandResult => {
  const machineState = machineStateOf(world.state, machine);
  const contracts = listContracts(world.state).filter((contract) => contract.machine === machine);
  switch (command.kind) {
    case 'kill-host':
      machineState.awayUntilMs =
        command.forMs === undefined ? null : world.state.nowMs + Math.max(1, command.forMs);
      for (const contract of contracts) {
        if (contract.runningSinceMs === null) continue;
        loseContract(world, contract);
        if (machineState.awayUntilMs !== null) plan(world, contract, 'back', machineState.awayUntilMs);
      }
      return done;
    case 'revive-host':
      delete machineState.awayUntilMs;
      for (const contract of contracts)
        if (contract.actualStatus === 'offline') reviveContract(world, contract);
      return done;
    case 'price-factor':
      machineState.priceFactor = command.factor;
      return done;
    case 'force-demand':
      if (command.numGpus === null) delete machineState.forcedDemand;
      else machineState.forcedDemand = command.numGpus;
      return done;
    case 'force-flaw':
      if (command.flaw === null) delete machineState.forcedFlaw;
      else machineState.forcedFlaw = command.flaw;
      return done;
    default:
      return refuse('not-found');
  }
};

const onAccount = (world: World, account: Account, command: Command): CommandResult => {
  const { state } = world;
  switch (command.kind) {
    case 'add-key': {
      const id = state.nextId++;
      account.sshKeys.push({ id, key: command.key, createdAtMs: state.nowMs });
      // The provider adds a new key of the account to all of its machines.
      for (const contract of listContracts(state, account.id)) contract.sshKeys.push(command.key);
      return { ok: true, id };
    }
    case 'change-key': {
      const known = account.sshKeys.find(({ id }) => id === command.keyId);
      if (known === undefined) return refuse('no-key');
      known.key = command.key;
      return done;
    }
    case 'remove-key': {
      const left = account.sshKeys.filter(({ id }) => id !== command.keyId);
      if (left.length === account.sshKeys.length) return refuse('no-key');
      account.sshKeys = left;
      return done;
    }
    case 'credit':
      account.creditMicros += command.micros;
      return done;
    default:
      return refuse('not-found');
  }
};

const answerIncrease = (world: World, increaseId: number, isAccepted: boolean): CommandResult => {
  const { state } = world;
  const increase = state.priceIncreases.find(({ id }) => id === increaseId);
  const contract = increase === undefined ? undefined : findContract(state, increase.contractId);
  if (increase === undefined || contract === undefined) return refuse('not-found');
  state.priceIncreases = state.priceIncreases.filter(({ id }) => id !== increaseId);
  if (isAccepted) {
    contract.rates = { ...contract.rates, gpuMicrosPerHour: increase.gpuMicrosPerHour };
    changeRates(contract.bill, contract.rates, state.nowMs);
  }
  return { ok: true, id: contract.id };
};

/** Carries a command out now. The caller has brought the time to now, and has said who may. */
export const applyCommand = (world: World, command: Command): CommandResult | CreateResult => {
  const { state } = world;
  if (command.kind === 'destroy') return { ok: true, missing: destroyContracts(world, command.contractIds) };
  if ('increaseId' in command)
    return answerIncrease(world, command.increaseId, command.kind === 'accept-increase');
  if ('contractId' in command) {
    const contract = findContract(state, command.contractId);
    return contract === undefined ? refuse('not-found') : onContract(world, contract, command);
  }
  if ('machine' in command)
    return command.machine < 0 || command.machine >= state.market.machines
      ? refuse('not-found')
      : onHost(world, command.machine, command);
  const account = state.accounts.find(({ id }) => id === command.accountId);
  if (account === undefined) return refuse('not-found');
  return command.kind === 'create'
    ? createContract(world, account, command.askId, command.wish)
    : onAccount(world, account, command);
};
