import { addresses, crawl, ids, kindOf, type Visit } from "../support/crawl.ts";
import { accepted } from "../support/requests.mjs";
import { expect, test as base } from "../support/test.ts";

const test = base.extend<object, { visits: Visit[] }>({
  visits: [async ({ site }, use) => use(await crawl(site)), { scope: "worker" }],
});

test("no link leads to nothing", async ({ visits }) => {
  expect(visits.length).toBeGreaterThan(200);
  const broken = visits.filter(({ status }) => status !== 200);
  expect(broken.map(({ path, from, status }) => `${from} → ${path}: ${status}`)).toEqual([]);
});

test("every kind of public page can be reached from the first", async ({ visits }) => {
  const kinds = new Set(visits.map(({ path }) => kindOf(path)));
  for (const kind of [
    ...["/artists", "/artists?", "/artists/*", "/artists/*/request", "/artists/*/report"],
    ...["/genres/*", "/leaving?", "/how-it-works", "/links/again", "/contact", "/security"],
    ...["/legal/privacy", "/legal/terms", "/legal/disclaimer", "/legal/cookies"],
  ]) {
    expect(kinds).toContain(kind);
  }
});

test("a link into a page finds its place there", async ({ visits, site }) => {
  const places = new Map(visits.map(({ path, html }) => [path, ids(html)]));
  const lost = visits.flatMap(({ path, html }) =>
    addresses(html)
      .map((address) => new URL(address, site.url + path))
      .filter((url) => url.origin === site.url && url.hash)
      .filter((url) => {
        const known = places.get(url.pathname + url.search);
        return known && !known.includes(decodeURIComponent(url.hash.slice(1)));
      })
      .map((url) => `${path} → ${url.pathname}${url.hash}`),
  );
  expect([...new Set(lost)]).toEqual([]);
});

test("only the page that says so leads to another site", async ({ visits, site }) => {
  const outside = visits
    .filter(({ path }) => !path.startsWith("/leaving"))
    .flatMap(({ path, html }) => addresses(html).map((address) => [path, address] as const))
    .filter(([, address]) => /^[a-z]+:/.test(address) && !address.startsWith(`${site.url}/`))
    .filter(([, address]) => !address.startsWith("mailto:"));
  expect(outside.filter(([, address]) => address !== site.url)).toEqual([]);
});

test("what the site map lists is there", async ({ site }) => {
  const locations = async (path: string) => {
    const text = await (await fetch(site.url + path)).text();
    return [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url]) => new URL(url ?? "").pathname);
  };
  const listed: string[] = [];
  for (const path of await locations("/sitemap.xml")) {
    listed.push(...(path.endsWith(".xml") ? await locations(path) : [path]));
  }
  expect(listed).toContain("/artists/night-ferry");
  for (const path of listed) {
    expect((await fetch(site.url + path)).status, path).toBe(200);
  }
});

test("the links on the pages of a request lead somewhere", async ({ site }) => {
  const { promoterSide, artistSide, receipt, sentPage } = await accepted(site);
  for (const page of [promoterSide, artistSide, receipt, sentPage]) {
    const html = await (await fetch(site.url + page)).text();
    const form = /\/(reply|accept|decline|withdraw|block|mark\/\w+)$/;
    for (const address of addresses(html)) {
      const url = new URL(address, site.url + page);
      if (url.origin !== site.url || form.test(url.pathname)) continue;
      expect((await fetch(url)).status, `${page} → ${address}`).toBe(200);
    }
  }
});
