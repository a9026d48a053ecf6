import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { assertCount, see, seeGone } from './lib/expectations.ts';
import { fillSignIn, setStage, signIn, story } from './lib/stage.ts';

const stage = setStage({ funds: 50 });

const themeOf = (page: Page): Promise<string> => page.evaluate('document.documentElement.dataset.theme');

story(stage, 'language and theme are remembered after the page is loaded again', async ({ page, app }) => {
  await signIn(page, app.admin);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitemradio', { name: 'Português (Brasil)' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Início' }));
  await page.getByRole('button', { name: 'Tema' }).click();
  await page.getByRole('menuitemradio', { name: 'Escuro' }).click();
  const ground = 'getComputedStyle(document.body).backgroundColor';
  const dark = await page.evaluate<string>(ground);

  await page.reload();
  await see(page.getByRole('heading', { level: 1, name: 'Início' }));
  assert.equal(await page.evaluate('document.documentElement.lang'), 'pt-BR');
  assert.equal(await themeOf(page), 'dark');
  assert.equal(await page.evaluate(ground), dark);

  // The language belongs to the person too: another browser greets them in it.
  const { locale } = (await app.admin.client.me()) as { locale: string };
  assert.equal(locale, 'pt-BR');
  await page.getByRole('button', { name: 'Idioma' }).click();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Home' }));
});

story(stage, 'the keyboard reaches the content past the navigation', async ({ page, app }) => {
  await signIn(page, app.admin);
  await page.reload();
  // The content has something that the keyboard can reach.
  await see(page.getByRole('main').getByRole('link').first());
  await page.keyboard.press('Tab');

  assert.ok(await page.evaluate(`document.activeElement.textContent === 'Skip to content'`));
  await page.keyboard.press('Enter');
  // The browser goes to the fragment a moment later than it answers the key.
  await page.waitForFunction(`document.activeElement.id === 'content'`);
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(`document.querySelector('main').contains(document.activeElement)`));
});

story(stage, 'Ctrl+K finds a page by a few letters and goes there', async ({ page, app }) => {
  await signIn(page, app.admin);
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Command palette' });
  await see(palette);
  await page.keyboard.type('portf');
  await see(palette.getByRole('option', { name: 'Portfolio' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/portfolio');
  await seeGone(palette);
  await see(page.getByText('No fund data have been loaded yet'));
});

story(stage, 'a role of the house sees what it grants and is offered nothing else', async ({ page, app }) => {
  const { id: runId } = await app.admin.client.startRun({ body: { kind: 'command', command: ['true'] } });
  await app.admin.client.createRole({
    body: { name: 'observer', grants: ['runs:read', 'pipelines:read'] },
  });
  const observer = await app.addPerson('observer', { projects: { [app.defaultProjectId]: 'observer' } });
  // Somebody else has set the password: the first thing is to choose an own one.
  await app.admin.client.updateUser({
    params: { id: observer.id },
    body: { password: observer.password },
  });
  const password = 'only the observer knows';
  await page.goto(`/runs/${runId}`);
  await fillSignIn(page, observer);
  await page.getByLabel('Current password').fill(observer.password);
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByLabel('Repeat the new password').fill(password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await see(page.getByRole('heading', { level: 1 }).getByText('Succeeded'));
  await assertCount(page.getByRole('button', { name: /^Run again/ }), 0);
  await page.getByRole('navigation').getByRole('link', { name: 'Runs' }).click();
  await see(page.getByRole('table').getByText('#1').first());
  await assertCount(page.getByRole('button', { name: /^Run again/ }), 0);
  await page.getByRole('navigation').getByRole('link', { name: 'Pipelines' }).click();
  await see(page.getByRole('heading', { name: 'Daily report (CVM)' }));
  await assertCount(page.getByRole('button', { name: /^Run / }), 0);
  await assertCount(page.getByRole('button', { name: 'Read manifests again' }), 0);
  await assertCount(page.getByRole('switch', { disabled: false }), 0);
});
