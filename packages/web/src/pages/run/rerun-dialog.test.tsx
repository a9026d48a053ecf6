import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { makeRun } from '../../testing/make-run.ts';
import { makeMe } from '../../testing/make-me.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { problem, stubServer } from '../../testing/stub-server.ts';

const run = makeRun(7, { params: { data_inicial: '18/11/2025', limite: 500, limpar: false } });
const me = makeMe();

afterEach(() => vi.unstubAllGlobals());

const openDialog = async (rerun: () => readonly [number, unknown]) => {
  const received = stubServer({
    'GET /api/v1/auth/me': () => [200, me],
    [`GET /api/v1/runs/${run.id}`]: () => [200, run],
    [`GET /api/v1/runs/${run.id}/logs`]: () => [200, { lines: [], lastSeq: 0, systems: [], scannedTo: 0 }],
    [`GET /api/v1/runs/${run.id}/artifacts`]: () => [200, { items: [] }],
    [`POST /api/v1/runs/${run.id}/rerun`]: rerun,
  });
  const { router } = await renderApp(`/runs/${run.id}`);
  const person = userEvent.setup();
  await person.click(await screen.findByRole('button', { name: 'Run again with changes…' }));
  const dialog = within(await screen.findByRole('dialog'));
  const sent = () => received.find((request) => request.path.endsWith('/rerun'));
  return { person, dialog, sent, router };
};

test('fields are sent with their types, under a key of their own, and lead to the new run', async () => {
  const next = makeRun(8, { state: 'queued' });
  const { person, dialog, sent, router } = await openDialog(() => [201, next]);
  const limit = dialog.getByLabelText('limite');
  await person.clear(limit);
  await person.type(limit, '20');
  await person.click(dialog.getByRole('switch', { name: 'limpar' }));
  await person.click(dialog.getByRole('button', { name: 'Start run' }));
  await waitFor(() => expect(router.state.location.pathname).toBe(`/runs/${next.id}`));
  expect(sent()?.body).toEqual({ params: { data_inicial: '18/11/2025', limite: 20, limpar: true } });
  expect(sent()?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
});

test('what is no number is refused before it is sent', async () => {
  const { person, dialog, sent } = await openDialog(() => [201, makeRun(8)]);
  await person.type(dialog.getByLabelText('limite'), 'x');
  await person.click(dialog.getByRole('button', { name: 'Start run' }));
  await dialog.findByText('This is not a number.');
  expect(sent()).toBeUndefined();
});

test('a view that cannot be read is not left, so that nothing typed is lost', async () => {
  const { person, dialog } = await openDialog(() => [201, makeRun(8)]);
  await person.type(dialog.getByLabelText('limite'), 'x');
  await person.click(dialog.getByRole('tab', { name: 'JSON' }));
  await dialog.findByText('This is not a number.');
  expect(dialog.getByLabelText<HTMLInputElement>('limite').value).toBe('500x');
});

test('JSON takes over what the fields say, and must be an object', async () => {
  const { person, dialog, sent } = await openDialog(() => [201, makeRun(8)]);
  await person.type(dialog.getByLabelText('data_inicial'), '!');
  await person.click(dialog.getByRole('tab', { name: 'JSON' }));
  const json = await dialog.findByLabelText<HTMLTextAreaElement>('Parameters as JSON');
  expect(JSON.parse(json.value)).toMatchObject({ data_inicial: '18/11/2025!' });
  await person.clear(json);
  await person.type(json, '[[1]');
  await person.click(dialog.getByRole('button', { name: 'Start run' }));
  await dialog.findByText('The parameters must be a JSON object: { … }');
  expect(sent()).toBeUndefined();
});

test('a refusal of the server stays in the dialog, with what was typed', async () => {
  const { person, dialog } = await openDialog(() =>
    problem(422, 'period.future', { start: '01/01/2030' }, 'The period starts in the future (01/01/2030).'),
  );
  await person.click(dialog.getByRole('button', { name: 'Start run' }));
  await dialog.findByText('The period starts in the future (01/01/2030).');
  expect(dialog.getByLabelText<HTMLInputElement>('data_inicial').value).toBe('18/11/2025');
});
