import { type Day, parseHour } from './calendar.ts';
import type { Instance } from './data.ts';

/** What is asked of time slots. */
export interface Demands {
  /** How much there is to do. */
  demandAt(day: Day, minute: number): number;
  /** Skills of which more than none are wanted. */
  skillsAt(day: Day, minute: number): SkillWanted[];
}

export interface SkillWanted {
  readonly id_skill: number;
  /** People. */
  readonly demand: number;
  /** Who has it. */
  readonly skilled: ReadonlySet<number>;
}

export const readDemands = (instance: Instance): Demands => {
  const rowAt = rowOfSlot(instance.demand);
  const bySkill = [...Map.groupBy(instance.skill_demand ?? [], (row) => row.id_skill)].map(
    ([id_skill, rows]) => ({
      id_skill,
      rowAt: rowOfSlot(rows),
      skilled: skilledEmployees(instance, id_skill),
    }),
  );
  return {
    demandAt: (day, minute) => rowAt(day, minute)?.demand ?? 0,
    skillsAt: (day, minute) =>
      bySkill.flatMap(({ id_skill, rowAt, skilled }) => {
        const demand = rowAt(day, minute)?.demand ?? 0;
        return demand > 0 ? [{ id_skill, demand, skilled }] : [];
      }),
  };
};

/**
 * The last row that begins not after a time slot and less than an hour before it: a row of a full hour holds for the
 * four quarters of that hour.
 */
const rowOfSlot = <Row extends { readonly day: string; readonly hour: string }>(
  rows: readonly Row[],
): ((day: Day, minute: number) => Row | undefined) => {
  const byDay = Map.groupBy(rows, ({ day }) => day);
  return ({ date }, minute) => {
    let best: Row | undefined;
    for (const row of byDay.get(date) ?? []) {
      const start = parseHour(row.hour);
      if (start > minute || minute >= start + 60) continue;
      if (best === undefined || start >= parseHour(best.hour)) best = row;
    }
    return best;
  };
};

const skilledEmployees = (instance: Instance, skill: number): Set<number> =>
  new Set(
    (instance.skills_employees ?? []).filter((row) => row.id_skill === skill).map((row) => row.id_employee),
  );
