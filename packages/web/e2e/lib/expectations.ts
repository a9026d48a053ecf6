import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** Waits until there is exactly one such element to see. */
export const see = (locator: Locator, timeoutMs?: number): Promise<void> =>
  locator.waitFor({ state: 'visible', ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) });

/** Waits until there is none of it to see. */
export const seeGone = (locator: Locator, timeoutMs?: number): Promise<void> =>
  locator.waitFor({ state: 'hidden', ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }) });

export const assertCount = async (locator: Locator, count: number): Promise<void> => {
  assert.equal(await locator.count(), count, String(locator));
};

/** The grey shapes where something will be. */
export const skeletons = (page: Page): Locator => page.locator('.animate-shimmer');
