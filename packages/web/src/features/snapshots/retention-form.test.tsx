import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import { createQueryClient } from '../../queries/query-client.ts';
import { sessionQueries } from '../../queries/session.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { makeMe } from '../../testing/make-me.ts';
import { stubServer } from '../../testing/stub-server.ts';
import { RetentionForm } from './retention-form.tsx';

const machineId = '00000000-0000-7000-8000-000000000001';
const path = '/api/v1/snapshots/retention-policy';
const ofMachine = { keep_last: 2, keep_daily: 0, keep_weekly: 0, of: 'machine' };
const ofProject = { keep_last: 10, keep_daily: 7, keep_weekly: 4, of: 'project' };
const me = makeMe();

afterEach(() => vi.unstubAllGlobals());

/** The form as a machine's page has it: over what the server says holds. */
const OfMachine = () => {
  const { data } = useQuery(snapshotQueries.policy(undefined, machineId));
  return data === undefined ? null : (
    <RetentionForm key={JSON.stringify(data)} policy={data} of={{ instance_id: machineId }} />
  );
};

/** The form over a server that keeps what it is told; answers what the server was sent. */
const showForm = async () => {
  let now = ofMachine;
  const received = stubServer({
    [`GET ${path}`]: () => [200, now],
    [`PUT ${path}`]: ({ body }) => {
      now = { ...(body as typeof ofMachine), of: 'machine' };
      return [200, now];
    },
    [`DELETE ${path}`]: () => {
      now = ofProject;
      return [200, now];
    },
  });
  await startI18n('en', ['snapshots']);
  const queryClient = createQueryClient(() => undefined);
  queryClient.setQueryData(sessionQueries.me().queryKey, me);
  render(
    <QueryClientProvider client={queryClient}>
      <OfMachine />
    </QueryClientProvider>,
  );
  const newest = await screen.findByLabelText<HTMLInputElement>('Newest');
  expect(newest.value).toBe('2');
  const sent = (method: string) => received.filter((request) => request.method === method);
  return { person: userEvent.setup(), newest, sent };
};

test('what is saved is the figures, and nothing else', async () => {
  const { person, newest, sent } = await showForm();
  await person.clear(newest);
  await person.type(newest, '5');
  await person.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(sent('PUT')).toHaveLength(1));
  expect(sent('PUT')[0]?.body).toEqual({ keep_last: 5, keep_daily: 0, keep_weekly: 0 });
});

test("a machine's own policy is given up for that of its project, and the button goes with it", async () => {
  const { person, sent } = await showForm();
  await person.click(screen.getByRole('button', { name: 'As its project again' }));
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>('Newest').value).toBe('10'));
  expect(sent('DELETE').map((request) => request.path)).toEqual([path]);
  expect(screen.queryByRole('button', { name: 'As its project again' })).toBeNull();
});
