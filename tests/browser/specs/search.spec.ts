import type { Page } from "@playwright/test";

import { expect, test } from "../support/test.ts";

/** The acts on the page, in order. */
const acts = (page: Page) => page.locator(".act-row h3").allTextContents();

async function search(page: Page, words: string) {
  await page.getByRole("searchbox").fill(words);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(`/artists?${new URLSearchParams({ q: words })}`);
}

async function choose(page: Page, panel: string, choice: string) {
  await page.locator("summary", { hasText: panel }).click();
  const list = page.locator("details[open]");
  await list.getByRole("link", { name: choice, exact: true }).click();
}

test.beforeEach(async ({ page }) => {
  await page.goto("/artists");
});

test("the beginnings of the words of a name find the act, in any order", async ({ page }) => {
  for (const words of ["night fer", "fer nig", "NIGHT FERRY"]) {
    await search(page, words);
    await expect.poll(() => acts(page)).toContain("Night Ferry");
  }
});

test("accents and other scripts are no obstacle", async ({ page }) => {
  await search(page, "polnoch");
  await expect.poll(() => acts(page)).toEqual(["Йорк Полночь"]);
});

test("a slip of the finger is answered with the word that was meant", async ({ page }) => {
  await search(page, "nigth");
  await expect(page.getByText("words in its name that begin like “nigth”")).toBeVisible();
  await page.getByRole("link", { name: "Acts called “night”" }).click();
  await expect(page).toHaveURL("/artists?q=night");
  await expect.poll(() => acts(page)).toContain("Night Ferry");
});

test("the name of a genre, a country or a city leads to its acts", async ({ page }) => {
  for (const [words, suggestion, path] of [
    ["techno", "Acts that play techno", "/artists?genre=techno"],
    ["estonia", "Acts from Estonia", "/artists?country=EE"],
    ["tallinn", "Acts from Tallinn, Estonia", "/artists?country=EE&city=Tallinn"],
  ] as const) {
    await search(page, words);
    await page.getByRole("link", { name: suggestion }).click();
    await expect(page).toHaveURL(path);
    await expect.poll(() => acts(page)).not.toEqual([]);
  }
});

test("a search without any answer still leads on", async ({ page }) => {
  await search(page, "zzzzzzzz");
  expect(await acts(page)).toEqual([]);
  await page.getByRole("link", { name: "All acts" }).click();
  await expect(page).toHaveURL("/artists");
  await expect.poll(() => acts(page)).toHaveLength(24);
});

test("filters narrow the list, combine, and can be taken off one by one", async ({ page }) => {
  await choose(page, "Genre", "techno");
  await expect(page).toHaveURL("/artists?genre=techno");
  const techno = page.getByRole("link", { name: "Remove techno" });
  await expect(techno).toBeVisible();
  if (await page.locator("details[open]").count()) await page.keyboard.press("Escape");

  await choose(page, "Country", "Germany");
  await expect(page).toHaveURL("/artists?genre=techno&country=DE");
  await expect(page.getByRole("link", { name: "Remove Germany" })).toBeVisible();
  for (const row of await page.locator(".act-row").all()) {
    await expect(row).toContainText("techno");
    await expect(row.locator(".place")).toHaveText(/, DE$/);
  }
  if (await page.locator("details[open]").count()) await page.keyboard.press("Escape");

  await techno.click();
  await expect(page).toHaveURL("/artists?country=DE");
  await page.getByRole("link", { name: "Remove Germany" }).click();
  await expect(page).toHaveURL("/artists");
});

test("filters that exclude each other say so and offer wider ones", async ({ page }) => {
  await page.goto("/artists?genre=cumbia&country=EE");
  await expect(page.getByText("No act fits all of these at once.")).toBeVisible();
  await page.getByRole("link", { name: "Acts that play cumbia" }).click();
  await expect(page).toHaveURL("/artists?genre=cumbia");
  await expect.poll(() => acts(page)).not.toEqual([]);
});

test("the pages of a list follow one another and lead back", async ({ page }) => {
  const first = await acts(page);
  expect(first).toHaveLength(24);
  await expect(page.getByRole("link", { name: "Previous acts" })).toHaveCount(0);

  await page.getByRole("link", { name: "Next acts" }).click();
  await expect.poll(() => acts(page)).not.toEqual(first);
  const second = await acts(page);
  expect(second.filter((act) => first.includes(act))).toEqual([]);

  await page.getByRole("link", { name: "Previous acts" }).click();
  await expect.poll(() => acts(page)).toEqual(first);
  await page.goBack();
  await expect.poll(() => acts(page)).toEqual(second);
  await page.goBack();
  await expect.poll(() => acts(page)).toEqual(first);
});

test("every act is on exactly one page", async ({ page }) => {
  const all: string[] = [];
  for (;;) {
    all.push(...(await acts(page)));
    const next = await page.getByRole("link", { name: "Next acts" }).all();
    if (!next[0]) break;
    const url = await next[0].getAttribute("href");
    await page.goto(url ?? "");
  }
  expect(new Set(all).size).toBe(all.length);
  await expect(page.locator(".tally h2")).toContainText(String(all.length));
});

test("a list can be put into another order", async ({ page }) => {
  const popular = await acts(page);
  const sorts = page.getByRole("navigation", { name: "Sort by" });
  await sorts.getByRole("link", { name: "by name, A to Z" }).click();
  await expect(page).toHaveURL("/artists?sort=name");
  await expect.poll(() => acts(page)).not.toEqual(popular);
  await expect(sorts.getByRole("link", { name: "by name" })).toHaveAttribute("aria-current");
  const key = (name: string) => name.normalize("NFD").toLowerCase().replace(/[^a-z0-9]/g, "");
  const names = (await acts(page)).map(key);
  expect(names).toEqual([...names].sort());

  await sorts.getByRole("link", { name: "most listeners first" }).click();
  await expect(page).toHaveURL("/artists");
  await expect.poll(() => acts(page)).toEqual(popular);
});

test("a genre on a profile leads to the acts that play it", async ({ page }) => {
  await page.goto("/artists/night-ferry");
  await page.getByRole("list", { name: "Genres" }).getByRole("link", { name: "ambient" }).click();
  await expect(page).toHaveURL("/genres/ambient");
  expect(await acts(page)).toContain("Night Ferry");
});

test("the night goes along with a search until it is taken away", async ({ page }) => {
  const night = new Date(Date.now() + 100 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  await page.locator("summary", { hasText: "Free on" }).click();
  await page.getByLabel("The night").fill(night);
  await page.getByRole("button", { name: "Show who is free" }).click();
  await expect(page).toHaveURL(`/artists?free=${night}`);
  await page.getByRole("searchbox").fill("night");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(`/artists?q=night&free=${night}`);
  await page.getByRole("link", { name: /^Remove Free on/ }).click();
  await expect(page).toHaveURL("/artists?q=night");
  await search(page, "ferry");
  await expect.poll(() => acts(page)).toContain("Night Ferry");
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(`/artists?q=night&free=${night}`);
  await expect(page.getByRole("link", { name: /^Remove Free on/ })).toBeVisible();
  await page.getByRole("searchbox").fill("ferry");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(`/artists?q=ferry&free=${night}`);
});

test.describe("with a script", () => {
  test.skip(({ javaScriptEnabled }) => !javaScriptEnabled);

  test("a filter changes the list in place, and says what it did", async ({ page }) => {
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await choose(page, "Genre", "techno");
    await expect(page.getByRole("link", { name: "Remove techno" })).toBeVisible();
    await expect(page).toHaveTitle(/^Acts that play techno/);
    const count = await page.locator(".tally h2").textContent();
    await expect(page.locator("body > [role=status]")).toHaveText(count ?? "");
    await expect(page.locator("#panel-genre")).toHaveAttribute("open");
    const chosen = page.locator("#panel-genre").getByRole("link", { name: "techno", exact: true });
    await expect(chosen).toBeFocused();

    await page.keyboard.press("Escape");
    await expect(page.locator("#panel-genre")).not.toHaveAttribute("open");
    await page.goBack();
    await expect(page.getByRole("link", { name: "Remove techno" })).toHaveCount(0);
    expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  });

  test("a search in place keeps the words in the field when going back", async ({ page }) => {
    await search(page, "night");
    await expect.poll(() => acts(page)).toContain("Night Ferry");
    await page.goBack();
    await expect(page.getByRole("searchbox")).toHaveValue("");
    await page.goForward();
    await expect(page.getByRole("searchbox")).toHaveValue("night");
  });

  test("what is typed while a list is on its way stays", async ({ page }) => {
    await search(page, "night");
    await expect.poll(() => acts(page)).toContain("Night Ferry");
    let arrive = () => {};
    const held = new Promise<void>((resolve) => (arrive = resolve));
    await page.route("/artists", async (route) => {
      await held;
      await route.continue();
    });
    await page.goBack();
    await page.getByRole("searchbox").fill("ferry");
    arrive();
    await expect(page.getByRole("link", { name: "Remove “night”" })).toHaveCount(0);
    await expect(page.getByRole("searchbox")).toHaveValue("ferry");
  });
});

test.describe("without a script", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled !== false);

  test("a filter opens the list as a page of its own", async ({ page }) => {
    const loaded = page.waitForEvent("load");
    await choose(page, "Genre", "techno");
    await loaded;
    await expect(page.getByRole("link", { name: "Remove techno" })).toBeVisible();
    await expect(page.locator("details[open]")).toHaveCount(0);
  });
});
