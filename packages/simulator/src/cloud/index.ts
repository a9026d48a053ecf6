export { createCloud, type Cloud, type CloudOptions, type ContractTruth } from './cloud.ts';
export type { Charge, ChargeKind } from './bill.ts';
export type { Command, CommandResult } from './commands.ts';
export type { Contract, Fate, Load, Wish } from './contract.ts';
export { createDraw, drawHex, type Draw } from './draw.ts';
export { flaws, type Flaw, type Machine } from './machine.ts';
export type { Probe } from './probe.ts';
export { defaultMarket, type CloudState, type MarketOptions } from './state.ts';
export type { CloudEvent, CloudEventKind } from './world.ts';
