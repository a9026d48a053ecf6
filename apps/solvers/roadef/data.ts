import type { BaseConfig } from '../src/lib/app.ts';

/** The form of Cornflow's app `roadef`, which is that of the ROADEF/EURO challenge 2016 (version 2). Times are minutes. */
export interface Instance {
  readonly parameters: {
    /** Minutes of a time step. */
    readonly unit: number;
    /** Number of time steps. */
    readonly horizon: number;
  };
  readonly bases: readonly { readonly index: number }[];
  readonly sources: readonly { readonly index: number; readonly setupTime: number }[];
  readonly customers: readonly Customer[];
  readonly trailers: readonly Trailer[];
  readonly drivers: readonly Driver[];
  readonly matrices: readonly Arc[];
  /** For maps only. */
  readonly coordinates?: readonly { readonly location: number; readonly x: number; readonly y: number }[];
  readonly forecasts: readonly Forecast[];
  readonly customersTimeWindows: readonly (Window & { readonly id_customer: number })[];
  readonly driversTimeWindows: readonly (Window & { readonly id_driver: number })[];
  /** A location without a row admits every trailer. */
  readonly allowedTrailers: readonly { readonly id_location: number; readonly id_trailer: number }[];
  readonly driversTrailers: readonly { readonly id_driver: number; readonly id_trailer: number }[];
  readonly orders: readonly Order[];
}

export interface Customer {
  readonly index: number;
  /** 1: a shift that comes here may have a layover. */
  readonly LayoverCustomer: number;
  /** 1: takes what it orders and nothing else; forecasts and levels say nothing. */
  readonly callIn: number;
  readonly setupTime: number;
  readonly Capacity: number;
  readonly InitialTankQuantity: number;
  readonly MinOperationQuantity?: number;
  readonly SafetyLevel?: number;
}

export interface Trailer {
  readonly index: number;
  readonly Capacity: number;
  readonly InitialQuantity: number;
  /** Of a kilometre. */
  readonly DistanceCost: number;
}

export interface Driver {
  readonly index: number;
  readonly minInterSHIFTDURATION: number;
  readonly maxDrivingDuration: number;
  readonly LayoverDuration: number;
  readonly LayoverCost: number;
  /** Of a minute between leaving the base and coming back, layovers excepted. */
  readonly TimeCost: number;
}

export interface Arc {
  readonly L1: number;
  readonly L2: number;
  readonly dist: number;
  readonly time: number;
}

export interface Forecast {
  readonly id_customer: number;
  /** Time step, from 0. */
  readonly time: number;
  readonly forecast: number;
}

export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface Order {
  readonly id_customer: number;
  readonly earliestTime: number;
  readonly latestTime: number;
  readonly Quantity: number;
  /** Per cent of the quantity that is enough. */
  readonly orderQuantityFlexibility: number;
}

export interface Solution {
  readonly info_shifts: readonly ShiftRow[];
  readonly details_shifts: readonly StepRow[];
}

export interface ShiftRow {
  readonly id_shift: number;
  readonly driver: number;
  readonly trailer: number;
  readonly departure_time: number;
  /** In the trailer when it leaves. */
  readonly initial_quantity: number;
  readonly nb_steps: number;
}

/** The base is the first step of a shift and the last. */
export interface StepRow {
  readonly id_shift: number;
  readonly day: number;
  readonly position: number;
  readonly location: number;
  /** Loaded at a source; what is delivered is negative. */
  readonly quantity: number;
  readonly arrival: number;
  readonly departure: number;
  readonly layover_before: number;
  /** Minutes driven from the step before until the layover. */
  readonly driving_time_before_layover?: number;
  readonly cumulated_driving_time: number;
}

export interface Config extends BaseConfig {
  /** Rounds of the search. */
  readonly rounds?: number;
}
