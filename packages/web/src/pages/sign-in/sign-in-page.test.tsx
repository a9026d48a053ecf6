import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { problem, stubServer } from '../../testing/stub-server.ts';
import { renderApp } from '../../testing/render-app.tsx';
import { validateSignInSearch } from './routes.ts';

const methods = () =>
  [200, { password: true, registration: false, oidc: [{ id: 'corp', name: 'Acme' }] }] as const;
const user = {
  id: '0192f0c0-0000-7000-8000-000000000001',
  number: 1,
  email: 'ana@example.com',
  username: 'ana',
  name: 'Ana',
  locale: 'en',
  source: 'local',
  mustChangePassword: false,
  memberships: [],
};
const session = { success: true, user, csrfToken: 'x', expires_in: 900 };

afterEach(() => vi.unstubAllGlobals());

const signIn = async (identifier: string, password: string) => {
  const person = userEvent.setup();
  await person.type(await screen.findByLabelText('E-mail or user name'), identifier);
  await person.type(screen.getByLabelText('Password'), password);
  await person.click(screen.getByRole('button', { name: 'Sign in' }));
};

test('an e-mail signs in by e-mail, with a cookie session, and leads back to where one was', async () => {
  const received = stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => [200, session],
  });
  const { router } = await renderApp('/sign-in?returnTo=%2Fruns%3Fstate%3Dfailed');
  await signIn('ana@example.com', 'correct horse');
  await waitFor(() => expect(router.state.location.href).toBe('/runs?state=failed'));
  expect(received.find((request) => request.path.endsWith('/login'))?.body).toEqual({
    email: 'ana@example.com',
    password: 'correct horse',
    session: 'cookie',
  });
});

test('a user name signs in by user name', async () => {
  const received = stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => [200, session],
  });
  await renderApp('/sign-in');
  await signIn(' ana ', 'correct horse');
  await waitFor(() =>
    expect(received.find((request) => request.path.endsWith('/login'))?.body).toMatchObject({
      username: 'ana',
    }),
  );
});

test.each(['//evil.example', 'https://evil.example', '/\\evil.example', 'javascript:alert(1)'])(
  '%s is no place of the console to return to',
  (returnTo) => {
    expect(validateSignInSearch({ returnTo })).toHaveProperty('returnTo', undefined);
  },
);

test('an address of another site is not followed after signing in', async () => {
  stubServer({ 'GET /api/v1/auth/methods': methods, 'POST /api/v1/auth/login': () => [200, session] });
  const { router } = await renderApp('/sign-in?returnTo=https%3A%2F%2Fevil.example');
  await signIn('ana', 'correct horse');
  await waitFor(() => expect(router.state.location.href).toBe('/'));
});

test('a password that someone else has set must be changed first', async () => {
  stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => [200, { ...session, user: { ...user, mustChangePassword: true } }],
  });
  const { router } = await renderApp('/sign-in?returnTo=%2Fruns');
  await signIn('ana', 'initial password');
  await screen.findByRole('heading', { name: 'Choose a new password' });
  expect(router.state.location.href).toBe('/change-password?returnTo=%2Fruns');
});

test('a wrong password is said in words and can be typed again', async () => {
  stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => problem(401, 'auth.credentials', {}, 'E-mail or password is wrong.'),
  });
  await renderApp('/sign-in');
  await signIn('ana', 'wrong');
  await screen.findByText('E-mail or password is wrong.');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Sign in' }).disabled).toBe(false);
});

test('a lockout says how long it lasts, and nothing can be sent until then', async () => {
  stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => problem(429, 'auth.locked', { retryAfterSeconds: 75 }),
  });
  await renderApp('/sign-in');
  await signIn('ana', 'wrong');
  const button = await screen.findByRole<HTMLButtonElement>('button', { name: /Try again in 1 min 1\d s/ });
  expect(button.disabled).toBe(true);
});

test('the server’s errors are in Portuguese where the console is', async () => {
  stubServer({
    'GET /api/v1/auth/methods': methods,
    'POST /api/v1/auth/login': () => problem(401, 'auth.credentials', {}, 'E-mail or password is wrong.'),
  });
  await renderApp('/sign-in', 'pt-BR');
  const person = userEvent.setup();
  await person.type(await screen.findByLabelText('E-mail ou nome de usuário'), 'ana');
  await person.type(screen.getByLabelText('Senha'), 'errada');
  await person.click(screen.getByRole('button', { name: 'Entrar' }));
  await screen.findByText('E-mail ou senha incorretos.');
});

test('empty fields are named and nothing is sent', async () => {
  const received = stubServer({ 'GET /api/v1/auth/methods': methods });
  await renderApp('/sign-in');
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect((await screen.findAllByText('Fill this in.')).length).toBe(2);
  expect(received.some((request) => request.path.endsWith('/login'))).toBe(false);
});

test('identity providers are offered, with the way back', async () => {
  stubServer({ 'GET /api/v1/auth/methods': methods });
  await renderApp('/sign-in?returnTo=%2Fruns');
  const link = await screen.findByRole('link', { name: 'Continue with Acme' });
  expect(link.getAttribute('href')).toBe('/api/v1/auth/oidc/corp/start?returnTo=%2Fruns');
});

test('whoever is not signed in is led to the sign-in page and back', async () => {
  stubServer({
    'GET /api/v1/auth/me': () => problem(401, 'auth.required'),
    'POST /api/v1/auth/refresh': () => problem(401, 'auth.token_invalid'),
    'GET /api/v1/auth/methods': methods,
  });
  const { router } = await renderApp('/runs?kind=pipeline');
  await screen.findByRole('heading', { name: 'Sign in' });
  expect(router.state.location.search).toEqual({ returnTo: '/runs?kind=pipeline' });
});
