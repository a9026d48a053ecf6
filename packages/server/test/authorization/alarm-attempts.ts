import type { Attempt } from './attempts.ts';

const alarmRule = (body?: unknown): Attempt => ({
  about: 'project',
  seenWith: 'alarms:read',
  missing: 'alarm.rule_not_found',
  request: async ({ objects, projectId }) => ({
    params: { id: await objects.addAlarmRule(projectId) },
    body,
  }),
});
export const alarmAttempts = {
  listAlarms: { about: 'nothing' },
  acknowledgeAlarm: {
    about: 'project',
    seenWith: 'alarms:read',
    missing: 'alarm.not_found',
    request: async ({ objects, projectId }) => ({
      params: { id: await objects.addAlarm(projectId) },
      body: {},
    }),
  },
  listAlarmRules: { about: 'nothing' },
  createAlarmRule: {
    about: 'project',
    missing: 'project.not_found',
    request: ({ projectId }) => ({
      body: { projectId, name: 'x', condition: { type: 'event', event: 'run.failed' } },
    }),
  },
  updateAlarmRule: alarmRule({ enabled: false }),
  deleteAlarmRule: alarmRule(),
  testAlarmRule: alarmRule(),
} as const satisfies Readonly<Record<string, Attempt>>;
