import type { Instance } from '@dumont/contracts/machines/instances';
import { PolicyForm } from './policy-form.tsx';
import { ScheduleForm } from './schedule-form.tsx';

/** When a machine counts as idle, and when it sleeps and wakes by the clock. */
const SleepTab = ({ machine }: { readonly machine: Instance }) => (
  <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
    <PolicyForm key={JSON.stringify(machine.idle_policy)} machine={machine} />
    <ScheduleForm
      key={`${machine.schedule.sleep_cron} ${machine.schedule.wake_cron} ${machine.schedule.time_zone}`}
      machine={machine}
    />
  </div>
);

export default SleepTab;
