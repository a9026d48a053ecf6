import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import { createQueryClient } from '../../queries/query-client.ts';
import { sessionQueries } from '../../queries/session.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { stubServer } from '../../testing/stub-server.ts';
import { RetentionForm } from './retention-form.tsx';

const machineId = '00000000-0000-7000-8000-000000000001';
const path = '/api/v1/snapshots/retention-policy';
const ofMachine = { keep_last: 2, keep_daily: 0, keep_weekly: 0, of: 'machine' };
const ofProject = { keep_last: 10, keep_daily: 7, keep_weekly: 4, of: 'project' };
const me = {
  id: '0192f0c0-0000-7000-8000-000000000001',
  number: 1,
  email: 'ana@example.com',
  username: 'ana',
  name: 'Ana',
  locale: 'en' as const,
  source: 'local' as const,
  mustChangePassword: false,
  memberships: [{ projectId: null, projectName: null, role: 'admin', grants: ['*'] }],
};

afterEach(() => vi.unstubAllGlobals());

/** The form as a machine's page has it: over what the server says holds. */
const OfMachine = () => {
  const { data } = useQuery(snapshotQueries.policy(undefined, machineId));
  return data === undefined ? null : (
    <RetentionForm key={JSON.stringify(data)} policy={data} of={{ instance_id: machineId }} />
  );
};

test("a machine's own policy is given up for that of its project, and the button goes with it", async () => {
  let now = ofMachine;
  const received = stubServer({
    [`GET ${path}`]: () => [200, now],
    [`DELETE ${path}`]: () => {
      now = ofProject;
      return [200, now];
    },
  });
  await startI18n('en', ['snapshots']);
  const queryClient = createQueryClient(() => undefined);
  queryClient.setQueryData(sessionQueries.me().queryKey, me as never);
  render(
    <QueryClientProvider client={queryClient}>
      <OfMachine />
    </QueryClientProvider>,
  );
  const reset = await screen.findByRole('button', { name: 'As its project again' });
  const newest = () => screen.getByLabelText<HTMLInputElement>('Newest').value;
  expect(newest()).toBe('2');
  await userEvent.setup().click(reset);
  await waitFor(() => expect(newest()).toBe('10'));
  expect(received.filter(({ method }) => method === 'DELETE').map((request) => request.path)).toEqual([path]);
  expect(screen.queryByRole('button', { name: 'As its project again' })).toBeNull();
});
