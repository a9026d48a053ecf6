import axe, { type AxeResults, type RunOptions } from 'axe-core';
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { windowSize } from './browser.ts';
import { see, seeGone, skeletons } from './expectations.ts';
import { sidewaysScroll } from './measure.ts';
import type { Story } from './stage.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa'];

/** Goes there and waits until it has loaded all that it shows. */
export const open = async ({ page, quiet }: Story, path: string): Promise<void> => {
  await page.goto(path);
  await see(page.getByRole('heading', { level: 1 }));
  await quiet();
  await seeGone(skeletons(page).first());
};

/**
 * Reading the half megabyte of its source takes a page longer than using it does: it is brought once. Of text before a
 * gradient it says nothing: without the shadows at the edges of what is scrolled it judges the text in tables.
 */
const bringAxe = (page: Page): Promise<void> =>
  page.evaluate(`${axe.source}
    ;{
      const plain = new CSSStyleSheet();
      plain.replaceSync('.scroll-edges { background: none !important }');
      document.adoptedStyleSheets.push(plain);
    }`);

const violationsOf = async (page: Page, runOnly: RunOptions['runOnly']): Promise<string[]> => {
  const options: RunOptions = { ...(runOnly && { runOnly }), resultTypes: ['violations'] };
  const { violations, passes } = await page.evaluate<Pick<AxeResults, 'violations' | 'passes'>>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  assert.ok(passes.length > 0, 'axe has looked at something');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
};

export interface Findings {
  readonly found: Record<string, string[]>;
  readonly wide: Record<string, unknown>;
}

/** What is wrong with the page that is shown: to axe in light and dark, and on a phone. */
export const lookHere = async (told: Story, name: string, { found, wide }: Findings): Promise<void> => {
  const { page } = told;
  // What is being read again is shown pale until it is there.
  await told.quiet();
  await bringAxe(page);
  const light = await violationsOf(page, rules);
  await page.emulateMedia({ colorScheme: 'dark' });
  await told.quiet();
  // Of all the rules only those of colour can differ.
  const lookAtColours = (): Promise<string[]> =>
    violationsOf(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block'] });
  let dark = await lookAtColours();
  // Charts are made anew for it, a moment after all else: what is wrong with them is so a second later as well.
  if (dark.length > 0) {
    await page.waitForTimeout(1000);
    dark = await lookAtColours();
  }
  if (light.length + dark.length > 0) found[name] = [...light, ...dark.map((each) => `dark: ${each}`)];
  await page.setViewportSize({ width: 360, height: 740 });
  await told.quiet();
  const scroll = await sidewaysScroll(page);
  if (scroll.pixels > 0) wide[name] = scroll;
  await page.setViewportSize(windowSize);
  await page.emulateMedia({ colorScheme: 'light' });
};

/** One visit for all: loading a page takes longer than looking at it. */
export const look = async (told: Story, path: string, findings: Findings): Promise<void> => {
  await open(told, path);
  await lookHere(told, path, findings);
};
