import { mkdirSync, readFileSync } from 'node:fs';
import { launchBrowser, openPage } from './lib/browser.ts';
const ids = JSON.parse(readFileSync('/tmp/ids.json', 'utf8'));
const [locale = 'pt-BR', scheme = 'light', width = '1280', height = '800', only = ''] = process.argv.slice(2);
const dir = `/tmp/shots/${locale}-${scheme}-${width}`;
mkdirSync(dir, { recursive: true });
const browser = await launchBrowser();
const watched = await openPage(browser, 'http://127.0.0.1:18967', {
  locale,
  colorScheme: scheme as never,
  viewport: { width: +width, height: +height },
});
const { page, quiet } = watched;
await page.goto('/sign-in');
await page.locator('input').nth(0).fill('admin@example.org');
await page.locator('input[type=password]').fill('correct horse battery');
await page.locator('button[type=submit]').click();
await page.locator('#content').getByRole('heading', { level: 1 }).waitFor();
const shots: Record<string, string> = {
  executions: '/optimization',
  instances: '/optimization?tab=instances',
  cases: '/optimization?tab=cases',
  apps: '/optimization?tab=apps',
  instance: `/optimization/instances/${ids.knapsack[0].instance}`,
  'instance-rostering': `/optimization/instances/${ids.rostering[0].instance}`,
  'instance-model': `/optimization/instances/${ids.solve_model_dag[0].instance}`,
  case: `/optimization/cases/${ids.cases[0]}`,
  'case-compare': `/optimization/cases/${ids.cases[0]}?with=${ids.cases[1]}`,
  'case-tsp': `/optimization/cases/${ids.cases[3]}`,
};
for (const [app, list] of Object.entries(ids) as any)
  if (Array.isArray(list) && app !== 'cases')
    shots['exec-' + app] = `/optimization/executions/${list[0].execution}`;
for (const part of ['checks', 'kpis', 'compare', 'log', 'config']) {
  shots['knap-' + part] = `/optimization/executions/${ids.knapsack[0].execution}?tab=${part}`;
  shots['roster-' + part] = `/optimization/executions/${ids.rostering[0].execution}?tab=${part}`;
}
shots['check-exec'] = `/optimization/executions/${ids.check}`;
for (const [name, path] of Object.entries(shots)) {
  if (only !== '' && !new RegExp(only).test(name)) continue;
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await quiet();
  await page.waitForTimeout(250);
  await page.screenshot({ path: `${dir}/${name}.png`, fullPage: true });
  const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  if ((wide as number) > 0) console.log('WIDE', name, wide);
}
console.log(watched.troubles());
await browser.close();
