import type { Page } from "@playwright/test";

import { barriers } from "../support/barriers.ts";
import { htmlErrors } from "../support/html.ts";
import { open, PAGES, type Scene, setScene } from "../support/pages.mjs";
import { expect, test as base } from "../support/test.ts";

const LOOKS = [
  [390, "light"],
  [1280, "dark"],
] as const;

const test = base.extend<object, { scene: Scene }>({
  scene: [async ({ site }, use) => use(await setScene(site)), { scope: "worker" }],
});

/** The elements that reach beyond the right edge of the window, if it can be scrolled there. */
async function overflow(page: Page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll("*")];
    return wide
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

for (const kind of PAGES) {
  test(`the page «${kind.name}» is valid and open to everybody`, async ({ page, scene, watch }) => {
    watch.cookies = [...(kind.cookies ?? []), ...(kind.member ? ["session"] : [])];
    const response = await open(page, kind, scene);
    expect(response.status()).toBe(kind.status ?? 200);
    expect.soft(await htmlErrors(await response.text())).toEqual([]);
    await expect(page).toHaveTitle(/\S/);
    await expect(page.locator("h1")).toHaveCount(1);

    // A colour scheme changes no layout, and a width no colour: each is looked at once.
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await test.step(`${width} pixels wide, ${colorScheme}`, async () => {
        expect.soft(await overflow(page)).toEqual([]);
        const isSecondLook = colorScheme === "dark";
        expect.soft(await barriers(page, { isSecondLook })).toEqual([]);
      });
    }
  });
}
