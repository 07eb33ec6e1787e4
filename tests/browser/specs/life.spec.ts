import { readFile } from "node:fs/promises";

import { type Browser, expect, type Page } from "@playwright/test";

import { nightIn } from "../support/calendar.mjs";
import { entriesOf, type Entry, entryIn, unpack } from "../support/calendar-reader.mjs";
import { mail } from "../support/mailbox.mjs";
import { artistAddress, sent } from "../support/requests.mjs";
import type { Site } from "../support/site.mjs";
import { test } from "../support/test.ts";
import type { Watch } from "../support/watch.ts";

/** A browser of its own, on one side of a thread. */
async function at(browser: Browser, site: Site, watch: Watch, path: string) {
  const context = await browser.newContext({ baseURL: site.url });
  watch.follow(context);
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

/** Makes a move: by its link, what its page asks for, and its button. */
async function move(page: Page, link: string, button: string, fill = async () => {}) {
  await page.getByRole("link", { name: link, exact: true }).click();
  await fill();
  await page.getByRole("button", { name: button, exact: true }).click();
}

const stands = (page: Page, state: string) =>
  expect(page.locator("h1 + p .state")).toHaveText(state);

/** Downloads what a link leads to. */
async function saved(page: Page, link: string | RegExp, path: string) {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).click();
  await (await download).saveAs(path);
  return path;
}

test("two promoters want one night, and one of them gets it", async ({
  browser,
  site,
  watch,
}, info) => {
  test.setTimeout(180_000);
  const night = nightIn(75);
  let kept: Entry | undefined;
  const ask = (event_name: string) =>
    sent(site, { artist: "okra-telegraph", changes: { night1: night, event_name } });
  const one = await ask("First Quay");
  const other = await ask("Second Quay");
  const artist = await at(browser, site, watch, one.artistSide);
  const first = await at(browser, site, watch, one.promoterSide);
  const second = await at(browser, site, watch, other.promoterSide);

  await test.step("the artist keeps the night for both, in the order in which they came", async () => {
    await move(artist, "Keep a night", "Keep the night");
    await stands(artist, "On hold");
    await expect(artist.getByText("It is the 1st hold of that night.")).toBeVisible();
    await artist.goto(other.artistSide);
    await artist.getByRole("link", { name: "Keep a night" }).click();
    await expect(artist.getByText(/You have one hold on/)).toBeVisible();
    await artist.getByRole("button", { name: "Keep the night" }).click();
    await expect(artist.getByText("It is the 2nd hold of that night.")).toBeVisible();
  });

  await test.step("the second challenges the first, who does not learn who it is", async () => {
    await second.reload();
    await move(second, "Challenge the hold before yours", "Challenge the hold");
    await first.reload();
    await expect(first.getByText(/Another promoter is ready to confirm that night/)).toBeVisible();
    expect(await first.content()).not.toContain("Second Quay");
    await move(first, "Let the hold go", "Let the hold go");
    await stands(first, "Sent");
    const told = await mail(site, other.promoter, "request_moved", "A hold before yours is gone");
    expect(told.subject).toBe("Hold moved up: Second Quay");
  });

  await test.step("the artist asks for more, and sees what that changes before it goes out", async () => {
    await artist.reload();
    await artist.getByRole("link", { name: "Propose other terms" }).click();
    await artist.getByLabel("Amount", { exact: true }).fill("1700");
    await artist.getByLabel("Up to").fill("");
    await artist.getByRole("button", { name: "Show what changes" }).click();
    await expect(artist.locator("#changes ins")).toHaveText("Now: EUR 1,700");
    await artist.getByLabel("A line to them").fill("With two nights in a hotel we would come by train.");
    await artist.getByRole("checkbox", { name: /^I have read the disclaimer/ }).check();
    await artist.getByRole("button", { name: "Send counter-offer" }).click();
    await stands(artist, "Counter-offer made");
    await expect(artist.getByRole("link", { name: "Accept in principle" })).toHaveCount(0);
  });

  await test.step("the promoter sees what changed, and accepts", async () => {
    await second.reload();
    await expect(second.getByRole("heading", { name: "What Okra Telegraph changed" })).toBeVisible();
    await expect(second.locator(".changes del")).toHaveText("Before: EUR 1,200 to EUR 1,500");
    await expect(second.getByText("we would come by train")).toBeVisible();
    await move(second, "Accept in principle", "Accept in principle");
    await stands(second, "Accepted in principle");
  });

  await test.step("each side confirms, and the other promoter cannot get that night any more", async () => {
    const agreed = async (page: Page) =>
      page.getByLabel("We have made our own agreement about this night, outside this site").check();
    await move(second, "Confirm the night", "Confirm the night", () => agreed(second));
    await stands(second, "Confirmed by one side");
    await artist.reload();
    await move(artist, "Confirm the night", "Confirm the night", () => agreed(artist));
    await stands(artist, "Confirmed");
    await artist.goto(one.artistSide);
    await move(artist, "Keep a night", "Keep the night");
    await expect(artist.getByRole("alert")).toContainText("Another request is confirmed for that time");
    kept = entryIn(await mail(site, other.promoter, "request_moved", "is confirmed"));
    expect(kept.status).toBe("CONFIRMED");
    expect(kept.start).toContain(`${night}T22:00:00`);
    expect(kept.end).toContain(`${night}T23:30:00`);
    expect(kept.location).toBe("Speicher 7, Hamburg, Germany");
    await second.reload();
    const file = await saved(second, "The night as a calendar file", info.outputPath("night.ics"));
    const [onPage] = entriesOf(await readFile(file));
    expect(onPage, "the page and the mail say the same").toEqual(kept);
  });

  await test.step("everything can be taken along, and opens without this site", async () => {
    const zip = await saved(second, /Everything of this request/, info.outputPath("dossier.zip"));
    unpack(zip, info.outputPath("dossier"));
    const data = JSON.parse(await readFile(info.outputPath("dossier", "request.json"), "utf8"));
    expect([data.state, data.offers.length, data.you_are]).toEqual(["Confirmed", 2, "promoter"]);
    const [inside] = entriesOf(await readFile(info.outputPath("dossier", "night.ics")));
    expect(inside?.uid).toBe(kept?.uid);
    const copy = await (await browser.newContext()).newPage();
    await copy.goto(`file://${info.outputPath("dossier", "request.html")}`);
    await expect(copy.getByRole("heading", { level: 1 })).toHaveText("Second Quay");
    await expect(copy.getByText("Now: EUR 1,700")).toBeVisible();
    await copy.context().close();
  });

  await test.step("a night is called off with a reason, and nobody saw an address", async () => {
    await move(second, "Call the night off", "Call it off", async () => {
      await second.getByLabel("Reason *").selectOption("The event does not take place");
    });
    await stands(second, "Cancelled");
    const off = entryIn(await mail(site, artistAddress("okra-telegraph"), "request_moved", "Cancelled: Second Quay"));
    expect(off.status).toBe("CANCELLED");
    expect([off.uid, off.start]).toEqual([kept?.uid, kept?.start]);
    expect(off.sequence).toBeGreaterThan(kept?.sequence ?? 0);
    await artist.goto(other.artistSide);
    await stands(artist, "Cancelled");
    await expect(artist.getByText(/called the night off on .*: The event does not take place/)).toBeVisible();
    for (const page of [artist, second]) {
      const text = await page.content();
      expect(text).not.toContain(other.promoter);
      expect(text).not.toContain(artistAddress("okra-telegraph"));
    }
  });

  for (const page of [artist, first, second]) await page.context().close();
});
