import { type Day, formatHour, readCalendar } from './calendar.ts';
import type { Instance, Solution } from './data.ts';
import { type Presence, readStaff } from './staff.ts';

/** The works of an employee on a day, as a solution lists them. */
export interface Attendance extends Presence {
  /** Minutes of the day of the open time slots worked, in order, each once. */
  readonly minutes: readonly number[];
  readonly hours: number;
}

/** A solution by employee and day; what is no open time slot of the horizon or of no employee is left out. */
export const readAttendance = (instance: Instance, { works }: Solution): Attendance[][] => {
  const { slot_length: length } = instance.parameters;
  const slots = Map.groupBy(
    works,
    ({ id_employee: employee, time_slot: slot }) => `${employee} ${slot.slice(0, 10)}`,
  );
  return readStaff(instance, readCalendar(instance)).map((presences) =>
    presences.map((presence) => {
      const { employee, day } = presence;
      const worked = new Set(
        (slots.get(`${employee.id} ${day.date}`) ?? []).map((row) => row.time_slot.slice(11)),
      );
      const minutes = day.open.filter((minute) => worked.has(formatHour(minute)));
      return { ...presence, minutes, hours: (minutes.length * length) / 60 };
    }),
  );
};

/** Who is there in each open time slot. */
export interface Slot {
  readonly day: Day;
  readonly minute: number;
  readonly present: readonly Attendance[];
}

export const slotsOf = (attendances: readonly (readonly Attendance[])[]): Slot[] => {
  const days = attendances[0]?.map(({ day }) => day) ?? [];
  return days.flatMap((day) =>
    day.open.map((minute) => ({
      day,
      minute,
      present: attendances.flatMap((employee) => {
        const attendance = employee[day.index];
        return attendance?.minutes.includes(minute) === true ? [attendance] : [];
      }),
    })),
  );
};
