import type { Requirements } from './rules.ts';

/** The form of Cornflow's app `rostering`. Dates are `YYYY-MM-DD`, hours `HH:MM`, both of the place of work. */
export interface Instance extends Requirements {
  readonly parameters: {
    /** Weeks. */
    readonly horizon: number;
    /** Minutes: 15, 30 or 60. */
    readonly slot_length: number;
    /** The first of the seven days of each week. */
    readonly starting_date: string;
    readonly min_working_hours: number;
    readonly min_resting_hours: number;
    /** Not in Cornflow's form; without it rule rq03 asks for nothing. */
    readonly max_working_hours?: number;
  };
  readonly employees: readonly Employee[];
  readonly shifts: readonly Shift[];
  readonly contracts: readonly Contract[];
  readonly demand: readonly { readonly day: string; readonly hour: string; readonly demand: number }[];
  readonly weekly_schedule: readonly (Hours & { readonly week_day: number })[];
  readonly schedule_exceptions?: readonly (Hours & { readonly date: string })[];
  readonly skills?: readonly { readonly id: number; readonly name: string }[];
  readonly skills_employees?: readonly { readonly id_skill: number; readonly id_employee: number }[];
  readonly skill_demand?: readonly SkillDemand[];
  readonly employee_holidays?: readonly DayOff[];
  readonly store_holidays?: readonly { readonly day: string }[];
  readonly employee_downtime?: readonly DayOff[];
  readonly employee_preferences?: readonly Preference[];
  /** Who is in it works on these days of the week only (1 is Monday). */
  readonly employee_schedule?: readonly { readonly id_employee: number; readonly week_day: number }[];
}

export interface Employee {
  readonly id: number;
  readonly name: string;
  readonly manager: boolean;
  /** May stand in for a manager. */
  readonly manager_tasks?: boolean;
}

export interface Shift {
  readonly id: number;
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

export interface Contract {
  readonly id: number;
  readonly id_employee: number;
  readonly id_shift: number;
  readonly start_contract: string;
  /** The last day; null or absent without an end. */
  readonly end_contract?: string | null;
  readonly weekly_hours: number;
  readonly days_worked: number;
}

export interface Hours {
  readonly starting_hour: string;
  readonly ending_hour: string;
}

export interface SkillDemand {
  readonly day: string;
  readonly hour: string;
  readonly id_skill: number;
  readonly demand: number;
}

export interface DayOff {
  readonly id_employee: number;
  readonly day: string;
}

export interface Preference {
  readonly id_employee: number;
  readonly day: string;
  /** The most that is wished. */
  readonly hours?: number;
  readonly start?: string;
}

export interface Solution {
  readonly works: readonly Work[];
}

export interface Work {
  readonly id_employee: number;
  /** Where it begins: `2026-03-02T08:00`. */
  readonly time_slot: string;
}
