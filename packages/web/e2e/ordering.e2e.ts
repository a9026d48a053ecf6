import assert from 'node:assert/strict';
import { before } from 'node:test';
import type { Page } from 'playwright-core';
import type { Person } from '@dumont/server/test/test-app.ts';
import { waitFor } from '@dumont/server/test/wait.ts';
import { see, seeGone } from './lib/expectations.ts';
import { look, lookHere, open, type Findings } from './lib/look.ts';
import { setStage, signIn, story } from './lib/stage.ts';

/** The gateway, the ordering service as a process of its own, and the stand-in of its payment provider. */
const stage = setStage({ funds: 50, environment: { DUMONT_STOREFRONT: 'true' } });
const phone = { viewport: { width: 390, height: 800 }, locale: 'pt-BR' };

let manager: Person;
let attendant: Person;
let burgerId = '';

before(async () => {
  const { app } = stage();
  const inShop = (role: string) => ({ projects: { [app.defaultProjectId]: role } });
  manager = await app.addPerson('manager', inShop('manager'));
  attendant = await app.addPerson('attendant', inShop('attendant'));
  await waitFor('the shop', async () => (await fetch(`${app.gatewayUrl}/categorias`)).ok);
  const burger = {
    name: 'X-Burguer',
    price: '24.90',
    category: 'Lanche',
    description: 'Com queijo',
  } as const;
  ({ id: burgerId } = await manager.client.createMenuProduct({ body: burger }));
});

/** From the menu to the QR code. */
const order = async (page: Page, product: string): Promise<void> => {
  await page.getByRole('button', { name: `Adicionar ${product}` }).click();
  await page.getByRole('button', { name: /^Ver pedido/ }).click();
  await page.getByRole('button', { name: /^Pagar R\$/ }).click();
  await see(page.getByRole('img', { name: 'QR code do pagamento' }));
};
const numberOn = async (page: Page): Promise<string> => {
  await see(page.getByText('Número para retirada'));
  return (await page.locator('p.number').textContent()) ?? '';
};

story(
  stage,
  'a customer registers, orders and pays on a phone; kitchen and pick-up boards move with the order',
  async ({ page, app }) => {
    await page.goto(app.gatewayUrl);
    assert.equal(new URL(page.url()).pathname, '/loja', 'the gateway’s own address leads to the shop');
    await page.getByRole('button', { name: 'Quero me cadastrar' }).click();
    await page.getByLabel('CPF').fill('52998224725');
    await page.getByLabel('Nome').fill('Ana Souza');
    await page.getByLabel('E-mail').fill('ana@example.org');
    await page.getByRole('button', { name: 'Cadastrar e continuar' }).click();
    await order(page, 'X-Burguer');

    const wallet = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Abrir a carteira simulada' }).click();
    const payer = await wallet;
    await payer.getByRole('button', { name: 'Pagar' }).click();
    await see(payer.getByText('Pagamento aprovado'));
    await payer.close();
    const number = await numberOn(page);

    const context = page.context();
    const pickup = await context.newPage();
    await pickup.goto(`${app.gatewayUrl}/loja/retirada`);
    await see(pickup.getByRole('region', { name: 'Em preparação' }).getByText(number, { exact: true }));

    const kitchen = await context.newPage();
    await kitchen.goto(`${app.gatewayUrl}/loja/cozinha`);
    await kitchen.getByLabel('E-mail').fill(manager.email);
    await kitchen.getByLabel('Senha').fill(manager.password);
    await kitchen.getByRole('button', { name: 'Entrar' }).click();
    await kitchen.getByRole('button', { name: `Começar o pedido ${number}` }).click();
    await see(page.getByText('A cozinha está preparando.'));
    await kitchen.getByRole('button', { name: `Pronto o pedido ${number}` }).click();
    await see(
      pickup.getByRole('region', { name: 'Pronto: retire no balcão' }).getByText(number, { exact: true }),
    );
    await see(page.getByText('Retire no balcão.'));
    await kitchen.getByRole('button', { name: `Entregue o pedido ${number}` }).click();
    await see(page.getByText('Bom apetite!'));
    await seeGone(pickup.getByText(number, { exact: true }));
  },
  phone,
);

story(
  stage,
  'a manager makes a product with a picture in the console; a guest orders it, and has the money back when staff cancels',
  async ({ page, app, browser }) => {
    await signIn(page, manager, '/storefront?tab=menu');
    await page.getByRole('button', { name: 'New product' }).click();
    const dialog = page.getByRole('dialog', { name: 'New product' });
    await dialog.getByRole('button', { name: 'Create product' }).click();
    await see(dialog.getByText('This has to be said.'));
    await see(dialog.getByText('An amount such as 24.90.'));
    await dialog.getByLabel('Name').fill('Açaí na tigela');
    await dialog.getByLabel('Price (R$)').fill('18,5');
    await dialog.getByLabel('Category').selectOption('Lanche');
    // What is shown is a picture; its bytes are no matter.
    const picture = Buffer.from(await page.screenshot());
    await dialog
      .locator('input[type=file]')
      .setInputFiles({ name: 'acai.png', mimeType: 'image/png', buffer: picture });
    await see(dialog.getByRole('img', { name: 'Picture 1 of New product' }));
    await dialog.getByRole('button', { name: 'Create product' }).click();
    await see(page.getByText('“Açaí na tigela” is on the menu'));

    const shop = await browser.newPage(phone);
    try {
      await shop.goto(`${app.gatewayUrl}/loja`);
      await shop.getByRole('button', { name: 'Pedir sem me identificar' }).click();
      await see(shop.getByText('R$ 18,50'));
      await waitFor('its picture', () =>
        shop.evaluate<boolean>(
          `[...document.querySelectorAll('li.product img')].some((each) => each.naturalWidth > 0)`,
        ),
      );
      await order(shop, 'Açaí na tigela');
      const wallet = shop.waitForEvent('popup');
      await shop.getByRole('link', { name: 'Abrir a carteira simulada' }).click();
      const payer = await wallet;
      await payer.getByRole('button', { name: 'Pagar' }).click();
      const number = await numberOn(shop);

      await page.getByRole('tab', { name: 'At work' }).click();
      await page.getByRole('link', { name: number, exact: true }).click();
      await see(page.getByText('Paid', { exact: true }));
      await page.getByRole('button', { name: 'Cancel order' }).click();
      const ask = page.getByRole('alertdialog', { name: `Cancel order ${number}?` });
      await see(ask.getByText(/R\$18\.50 is given back to the customer/));
      await ask.getByRole('button', { name: 'Cancel order' }).click();
      // When it was done at the provider: the question before it uses these words as well.
      await see(page.getByText('Given back', { exact: true }));
      await see(page.getByText('by manager'));
      await see(shop.getByText(/Este pedido foi cancelado/));
      await payer.reload();
      await see(payer.getByText('Pagamento devolvido'));
    } finally {
      await shop.context().close();
    }
  },
);

story(
  stage,
  'a product is taken off the menu and put back, and deleted only after it is said what that means',
  async ({ page, app }) => {
    const { client } = manager;
    const { name } = await client.createMenuProduct({
      body: { name: 'Guaraná', price: '7.50', category: 'Bebida' },
    });
    const isOnMenu = async () => (await (await fetch(`${app.gatewayUrl}/produtos`)).text()).includes(name);
    await signIn(page, manager, '/storefront?tab=menu');
    await page.getByRole('searchbox', { name: 'Search the menu' }).fill('guarana');
    await seeGone(page.getByText('X-Burguer'));
    await page.getByRole('switch', { name: `On the menu: ${name}` }).click();
    await see(page.getByText(`“${name}” is off the menu`));
    await waitFor('it to be off', async () => !(await isOnMenu()));
    await page.getByRole('button', { name: 'Undo' }).click();
    await waitFor('it to be back', isOnMenu);

    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const ask = page.getByRole('alertdialog', { name: `Delete “${name}”?` });
    await see(ask.getByText(/gone for good with its pictures/));
    await ask.getByRole('button', { name: 'Delete' }).click();
    await see(page.getByText('No product is like that'));
  },
);

story(
  stage,
  'who works at the counter sees orders and menu, and no button that would be refused',
  async ({ page }) => {
    await signIn(page, attendant, '/storefront?tab=menu');
    await see(page.getByText('X-Burguer'));
    assert.equal(await page.getByRole('button', { name: 'New product' }).count(), 0);
    assert.equal(await page.getByRole('switch').count(), 0);
    assert.equal(await page.getByRole('link', { name: 'Services' }).count(), 0);
  },
);

story(
  stage,
  'the pages of the storefront: WCAG AA, light and dark, and no wider than 360 pixels',
  async (told) => {
    const { page, app } = told;
    const placed = await fetch(`${app.gatewayUrl}/pedidos`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ itens: [{ produto_id: burgerId, quantidade: 2, observacao: 'sem cebola' }] }),
    });
    const { id } = (await placed.json()) as { id: string };
    await signIn(page, manager, '/storefront');
    const findings: Findings = { found: {}, wide: {} };
    for (const path of ['/storefront', '/storefront?tab=orders', `/storefront/orders/${id}`])
      await look(told, path, findings);
    await open(told, '/storefront?tab=menu');
    await lookHere(told, 'menu', findings);
    await page.getByText('X-Burguer').click();
    await see(page.getByRole('dialog'));
    await lookHere(told, 'product', findings);
    assert.deepEqual(findings, { found: {}, wide: {} });
  },
);
