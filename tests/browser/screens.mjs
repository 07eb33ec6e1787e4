// Pictures of the pages, for people to look at: node screens.mjs FOLDER [NAME…]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { chromium } from "@playwright/test";

import { CHROMIUM, CHROMIUM_ARGS } from "./support/chromium.mjs";
import { open, PAGES, setScene } from "./support/pages.mjs";
import { startSite } from "./support/site.mjs";

const SHOWN = [
  ...["home", "list", "profile", "profile, unclaimed", "form, with errors", "preview"],
  ...["check mail", "thread, promoter", "thread, artist", "receipt", "mail, its HTML"],
  ...["not found", "how it works"],
];
const WIDTHS = [390, 1280];
const SCHEMES = /** @type {const} */ (["light", "dark"]);

const [folder, ...names] = process.argv.slice(2);
if (!folder) throw new Error("say into which folder: node screens.mjs FOLDER [NAME…]");
await mkdir(folder, { recursive: true });
const kinds = PAGES.filter(({ name }) => (names.length ? names : SHOWN).includes(name));

const site = await startSite();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
try {
  const scene = await setScene(site);
  for (const kind of kinds) {
    const context = await browser.newContext({ baseURL: site.url, locale: "en-GB" });
    const page = await context.newPage();
    await open(page, kind, scene);
    for (const width of WIDTHS) {
      for (const colorScheme of SCHEMES) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const file = `${kind.name.replace(/\W+/g, "-")}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: true });
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await site.stop();
}
