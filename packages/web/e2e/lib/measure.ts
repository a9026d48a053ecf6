import type { Page } from 'playwright-core';

/** Milliseconds from the navigation to the largest contentful paint so far. */
export const largestPaintMs = async (page: Page): Promise<number> => {
  const paints = await page.evaluate<number>(
    `new Promise((resolve) => {
      new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
        .observe({ type: 'largest-contentful-paint', buffered: true });
    })`,
  );
  return Math.round(paints);
};

/** Pixels by which something in the page is wider than the window, with what that is. */
export const sidewaysScroll = (page: Page): Promise<{ pixels: number; widest: string }> =>
  page.evaluate(
    `(() => {
      const main = document.querySelector('main') ?? document.body;
      const root = document.documentElement;
      const pixels = Math.max(root.scrollWidth - root.clientWidth, main.scrollWidth - main.clientWidth);
      const isClipped = (element) => {
        for (let each = element.parentElement; each !== null && each !== main; each = each.parentElement)
          if (getComputedStyle(each).overflowX !== 'visible') return true;
        return false;
      };
      const widest = [...main.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !isClipped(element))
        .map((element) => element.outerHTML.slice(0, 160))[0] ?? '';
      return { pixels, widest };
    })()`,
  );
