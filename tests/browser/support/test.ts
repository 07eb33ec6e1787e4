// `test` with the real site behind it. Each worker has a site of its own, and each page is watched:
// a test fails when any page it opened complains, asks another origin or gets a cookie.

import { expect, test as base } from "@playwright/test";

import { type Database, type Site, startSite } from "./site.mjs";
import { Watch } from "./watch.ts";

export type Options = { database: Database };

type Tools = {
  /** What the pages of this test did beside being shown. */
  watch: Watch;
};

export const test = base.extend<Tools, Options & { site: Site }>({
  database: ["sqlite", { option: true, scope: "worker" }],

  site: [
    async ({ database }, use) => {
      const site = await startSite(database);
      await use(site);
      await site.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ site }, use) => use(site.url),

  watch: [
    async ({ context, site }, use) => {
      const watch = new Watch(site.url);
      watch.follow(context);
      await use(watch);
      expect(watch.complaints).toEqual([]);
      const cookies = (await context.cookies()).map(({ name }) => name);
      expect(cookies.filter((name) => !watch.cookies.includes(name))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
