// Whole lives that end by time: the program's clock is moved, so that nights pass.

import { type BrowserContext, expect, type Page } from "@playwright/test";

import { nightIn } from "../support/calendar.mjs";
import { startClock } from "../support/clock.mjs";
import { linkIn, mail, mailsTo } from "../support/mailbox.mjs";
import { askedToSignIn, carry, joined, useLink } from "../support/members.mjs";
import { artistAddress, sent } from "../support/requests.mjs";
import { type Site, startSite } from "../support/site.mjs";
import { test as base } from "../support/test.ts";

const ACT = "okra-telegraph";
const MANAGER = "manager@okra-telegraph.example";

type Later = { clock: Awaited<ReturnType<typeof startClock>>; later: Site };

/** A site of its own, whose clock can be moved. */
const test = base.extend<Later>({
  clock: async ({}, use) => {
    const clock = await startClock();
    await use(clock);
    await clock.end();
  },
  later: async ({ clock, database }, use) => {
    const site = await startSite(database, clock.environment);
    await use(site);
    await site.stop();
  },
});

async function at(context: BrowserContext, site: Site, path: string) {
  const page = await context.newPage();
  await page.goto(site.url + path);
  return page;
}

const stands = (page: Page, state: string) =>
  expect(page.locator("h1 + p .state")).toHaveText(state);

async function move(page: Page, link: string, button: string, fill = async () => {}) {
  await page.getByRole("link", { name: link, exact: true }).click();
  await fill();
  await page.getByRole("button", { name: button, exact: true }).click();
}

test("a manager takes one of two promoters through the night", async ({ browser, clock, later }) => {
  test.setTimeout(240_000);
  const night = nightIn(75);
  const owner = await browser.newContext();
  await carry(owner, later, await joined(later, artistAddress(ACT), "Orla Kraft"));
  const manager = await browser.newContext();

  await test.step("the owner invites a manager, and grants accepting and confirming", async () => {
    const page = await at(owner, later, `/artists/${ACT}/team`);
    await page.getByLabel("Their e-mail address").fill(MANAGER);
    await page.getByLabel("Accept requests in principle").check();
    await page.getByLabel("Confirm nights, call them off, mark them as completed").check();
    await page.getByRole("button", { name: "Send the invitation" }).click();
    await expect(page.getByText("The invitation is on its way.")).toBeVisible();
    const invited = await at(manager, later, linkIn(await mail(later, MANAGER, "team_invitation"), "/listing/"));
    await invited.getByRole("button", { name: "Yes, join the team" }).click();
    await expect(invited.getByRole("heading", { name: /You act for/ })).toBeVisible();
    await carry(manager, later, await joined(later, MANAGER, "Milo Manx"));
  });

  const ask = (event_name: string) =>
    sent(later, { artist: ACT, changes: { night1: night, event_name, respond_by: "" } });
  const one = await ask("First Quay");
  const other = await ask("Second Quay");
  const desk = await at(manager, later, "/requests");
  const promoters = await browser.newContext();

  await test.step("the manager keeps the night for both, and says yes to the second", async () => {
    for (const event of ["First Quay", "Second Quay"]) {
      await desk.goto(`${later.url}/requests`);
      await desk.getByRole("link", { name: event }).click();
      await move(desk, "Keep a night", "Keep the night");
      await stands(desk, "On hold");
    }
    await move(desk, "Accept in principle", "Accept in principle", async () => {
      await desk.getByRole("checkbox", { name: /^I have read the disclaimer/ }).check();
    });
    await stands(desk, "Accepted in principle");
    const promoter = await at(promoters, later, other.promoterSide);
    await expect(promoter.getByText("Okra Telegraph, by the manager").first()).toBeVisible();
    expect(await promoter.content()).not.toContain("Milo");
    const own = await at(owner, later, desk.url().replace(later.url, ""));
    await expect(own.getByText("Okra Telegraph, by Milo Manx").first()).toBeVisible();
  });

  await test.step("both confirm the night", async () => {
    const agreed = async (page: Page) =>
      page.getByLabel("We have made our own agreement about this night, outside this site").check();
    await move(desk, "Confirm the night", "Confirm the night", () => agreed(desk));
    const promoter = await at(promoters, later, other.promoterSide);
    await move(promoter, "Confirm the night", "Confirm the night", () => agreed(promoter));
    await stands(promoter, "Confirmed");
  });

  await test.step("the night has been, and the manager says so", async () => {
    await clock.forward(77);
    await carry(manager, later, await useLink(later, await askedToSignIn(later, MANAGER)));
    await desk.reload();
    await move(desk, "Mark as completed", "Mark as completed");
    await stands(desk, "Completed");
    const promoter = await at(promoters, later, other.promoterSide);
    await stands(promoter, "Completed");
    const download = promoter.waitForEvent("download");
    await promoter.getByRole("link", { name: /Everything of this request/ }).click();
    expect((await download).suggestedFilename()).toBe("second-quay-dossier.zip");
  });

  await test.step("the other promoter’s request, which nobody answered, closes by itself", async () => {
    const loser = await at(promoters, later, one.promoterSide);
    await expect(async () => {
      await loser.reload();
      await stands(loser, "Expired");
    }).toPass({ timeout: 100_000 });
    await mail(later, one.promoter, "request_moved", "First Quay");
    await mail(later, artistAddress(ACT), "request_moved", "First Quay");
  });

  for (const context of [owner, manager, promoters]) await context.close();
});

test("who wants it so reads in one mail of the morning what is new", async ({ browser, clock, later }) => {
  test.setTimeout(240_000);
  const asked = await sent(later, { artist: ACT, changes: { event_name: "Quiet Quay" } });
  const jonas = await browser.newContext();
  await carry(jonas, later, await joined(later, asked.promoter, "Jonas"));
  const page = await at(jonas, later, "/account/notifications");
  const of = (kind: string) => page.getByRole("group", { name: kind });
  await of("Messages from the other side").getByLabel("Once a day").check();
  await of("Answers, counter-offers").getByLabel("Never").check();
  await page.getByLabel("Your time zone").selectOption("Europe/Berlin");
  await page.getByRole("button", { name: "Save" }).click();

  await test.step("he is not mailed when the act writes and holds, and finds both on the site", async () => {
    const act = await at(jonas, later, asked.artistSide);
    await act.getByLabel("Your answer").fill("We know that quay.");
    await act.getByRole("button", { name: "Send message" }).click();
    await move(act, "Keep a night", "Keep the night");
    await stands(act, "On hold");
    await page.goto(`${later.url}/requests`);
    await expect(page.getByRole("link", { name: "New (1)" })).toBeVisible();
    expect((await mailsTo(later, asked.promoter)).map(({ kind }) => kind)).not.toContain("new_message");
  });

  await test.step("in the morning one mail names the request, and none of the words", async () => {
    await clock.forward(1);
    await expect(async () => {
      const kinds = (await mailsTo(later, asked.promoter)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === "digest")).toHaveLength(1);
      expect(kinds).not.toContain("request_moved");
    }).toPass({ timeout: 100_000 });
    const morning = await mail(later, asked.promoter, "digest", "Quiet Quay");
    expect(morning.text).not.toContain("We know that quay");
  });
  await jonas.close();
});
