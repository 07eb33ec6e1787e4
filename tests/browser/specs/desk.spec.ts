// What both sides do at their desks beside a single request: many acts at once, lists, rules, files.

import { type Browser, expect, type Page } from "@playwright/test";

import { nightIn } from "../support/calendar.mjs";
import { mail, mailsTo } from "../support/mailbox.mjs";
import { carry, joined } from "../support/members.mjs";
import { png } from "../support/pictures.mjs";
import { RequestForm } from "../support/request-form.ts";
import { artistAddress, newAddress, sent } from "../support/requests.mjs";
import type { Site } from "../support/site.mjs";
import { test } from "../support/test.ts";
import type { Watch } from "../support/watch.ts";

/** Not the acts of the other stories: a site and its mailboxes outlive a file. */
const [FIRST, SECOND, THIRD] = ["kaiki-no-9", "skavlen-og-datter", "vidrio-molido"] as const;
const RULED = "fado-submarino";
const WRITES = "tante-modem";

/** Somebody with an account, in a browser of their own. */
async function member(browser: Browser, site: Site, watch: Watch, address: string, name: string) {
  watch.cookies = ["session"];
  const context = await browser.newContext({ baseURL: site.url });
  watch.follow(context);
  await carry(context, site, await joined(site, address, name));
  return context.newPage();
}

const press = (page: Page, button: string) =>
  page.getByRole("button", { name: button, exact: true }).click();
const heading = (page: Page, text: string | RegExp) =>
  expect(page.getByRole("heading", { level: 1 })).toHaveText(text);

test("three acts are asked at once, one says yes, and the others are taken back", async ({
  browser,
  site,
  watch,
}) => {
  test.setTimeout(120_000);
  const address = newAddress();
  const jonas = await member(browser, site, watch, address, "Jonas");

  await test.step("he keeps them in sight, and asks all of them", async () => {
    for (const act of [FIRST, SECOND, THIRD]) {
      await jonas.goto(`/artists/${act}`);
      await jonas.getByRole("link", { name: "Keep on your shortlist" }).click();
      await press(jonas, "Keep on your shortlist");
    }
    await jonas.goto("/shortlist");
    for (const box of await jonas.getByRole("checkbox").all()) await box.check();
    await press(jonas, "Ask the ticked ones");
    await heading(jonas, "Ask for a night");
    await expect(jonas.getByText("reads that 3 were asked at once")).toBeVisible();
  });

  const form = new RequestForm(jonas, 'form[action="/requests/new"][method="post"]');
  const night = { event_name: "Three Quays", night1: nightIn(80), email: "" };
  const request = { ...night, age: "", your_country: "", privacy: "" };
  await test.step("what he typed stays, and the form is kept for the next time", async () => {
    await form.fill({ ...request, night1: nightIn(-3) });
    await press(jonas, "Send the requests");
    await expect(jonas.locator("#f-night1-error")).toBeVisible();
    await expect(jonas.getByLabel("Name of the event *")).toHaveValue("Three Quays");
    await form.fill(request);
    await jonas.getByLabel("Name", { exact: true }).fill("Quay nights");
    await press(jonas, "Keep it, send nothing");
    await expect(jonas.getByRole("link", { name: "Quay nights" })).toBeVisible();
    expect(await mailsTo(site, artistAddress(FIRST))).toEqual([]);
  });

  await test.step("each act gets a request of its own, with an acceptance of its own", async () => {
    await form.consent.check();
    await press(jonas, "Send the requests");
    await heading(jonas, "Your requests");
    await expect(jonas.getByRole("link", { name: "Three Quays" })).toHaveCount(3);
    for (const act of [FIRST, SECOND, THIRD]) {
      const told = await mail(site, artistAddress(act), "new_request", "Three Quays");
      expect(told.text).not.toContain(address);
    }
    const receipts = (await mailsTo(site, address)).filter(({ kind }) => kind === "request_sent");
    expect(receipts).toHaveLength(3);
  });

  await test.step("one says yes, and knows how many were asked", async () => {
    const act = await member(browser, site, watch, artistAddress(SECOND), "Sigrid");
    await act.goto("/requests");
    await act.getByRole("link", { name: "Three Quays" }).click();
    await expect(act.getByText("Sent to 3 acts at once.")).toBeVisible();
    await act.getByRole("link", { name: "Accept in principle" }).click();
    await act.getByRole("checkbox", { name: /^I have read the disclaimer/ }).check();
    await press(act, "Accept in principle");
    await expect(act.locator("h1 + p .state")).toHaveText("Accepted in principle");
    await act.context().close();
  });

  await test.step("the others are offered for taking back, and one stays", async () => {
    await jonas.goto("/requests?state=accepted");
    await jonas.getByRole("link", { name: "Three Quays" }).click();
    await expect(jonas.getByText("2 other acts that you asked")).toBeVisible();
    await jonas.getByRole("link", { name: /Take those requests back/ }).click();
    await heading(jonas, "The others that you asked");
    await jonas.getByRole("checkbox", { name: "Vidrio Molido" }).uncheck();
    await jonas.getByLabel("A word to them").fill("Another act has said yes. Thank you.");
    await press(jonas, "Take them back");
    const told = await mail(site, artistAddress(FIRST), "request_moved", "Withdrawn: Three Quays");
    expect(told.text).toContain("Another act has said yes.");
    await expect(jonas.getByText("Another act that you asked")).toBeVisible();
    await jonas.goto("/requests?state=withdrawn");
    await expect(jonas.getByRole("link", { name: "Three Quays" })).toHaveCount(1);
  });
  await jonas.context().close();
});

test("an act reads what is new, puts away, searches and blocks", async ({ browser, site, watch }) => {
  test.setTimeout(120_000);
  const one = await sent(site, { artist: RULED, changes: { event_name: "Ferry Hall", venue_city: "Porto" } });
  const other = await sent(site, { artist: RULED, changes: { event_name: "Second Hall" } });
  const ines = await member(browser, site, watch, artistAddress(RULED), "Inês");
  const rows = ines.getByRole("list", { name: "Requests to your acts" }).getByRole("heading");

  await test.step("both are new, until she says that she has read them", async () => {
    await ines.goto("/requests?show=new");
    await expect(rows).toHaveText([/Second Hall/, /Ferry Hall/]);
    await ines.getByRole("link", { name: "Second Hall" }).click();
    await press(ines, "Archive");
    await expect(ines.getByText("It is put away.")).toBeVisible();
    await ines.goto("/requests");
    await expect(rows).toHaveText([/Ferry Hall/]);
    await ines.getByRole("link", { name: "Archived" }).click();
    await expect(rows).toHaveText([/Second Hall/]);
  });

  await test.step("she finds one by its city, and keeps the search", async () => {
    await ines.goto("/requests");
    await ines.getByText("Search in them").click();
    await ines.getByLabel("Act, event or city").fill("porto");
    await ines.getByLabel("State", { exact: true }).selectOption("Sent");
    await press(ines, "Search");
    await expect(rows).toHaveText([/Ferry Hall/]);
    await ines.getByLabel("Keep this search as").fill("In Porto");
    await press(ines, "Keep it");
    await ines.goto("/requests");
    await ines.getByRole("link", { name: "In Porto" }).click();
    await expect(ines.getByLabel("Act, event or city")).toHaveValue("porto");
  });

  await test.step("a promoter whom she blocks writes no more, and is told so", async () => {
    await ines.getByRole("link", { name: "Ferry Hall" }).click();
    await ines.getByText("Block this promoter").click();
    await press(ines, "Block them");
    await expect(ines.getByText("takes no more requests and messages from this promoter")).toBeVisible();
    const promoter = await browser.newPage({ baseURL: site.url });
    await promoter.goto(one.promoterSide);
    await promoter.getByLabel("Your answer").fill("One more thing.");
    await press(promoter, "Send message");
    await expect(promoter.getByText(/takes no requests and no messages from you here/)).toBeVisible();
    await promoter.goto(other.promoterSide);
    await promoter.getByLabel("Your answer").fill("The stage is in the yard.");
    await press(promoter, "Send message");
    await expect(promoter.locator("#messages")).toContainText("The stage is in the yard.");
    await promoter.close();
  });

  await test.step("the block stands among her rules, and goes when she wants it so", async () => {
    await ines.goto(`/artists/${RULED}/rules`);
    await ines.getByLabel("Block everybody with an address at").fill("@nowhere");
    await press(ines, "Block this domain");
    await expect(ines.getByRole("alert")).toContainText("what stands behind the @");
    await ines.getByLabel("Block everybody with an address at").fill("hall.example");
    await press(ines, "Block this domain");
    await expect(ines.getByText("Everybody with an address at hall.example")).toBeVisible();
    const unblock = ines.getByRole("button", { name: /^Unblock/ });
    await unblock.first().click();
    await expect(ines.getByText("The block is gone.")).toBeVisible();
    await expect(unblock).toHaveCount(1);
  });
  await ines.context().close();
});

test("a file goes along, and opens for who is signed in", async ({ browser, site, watch }) => {
  test.setTimeout(120_000);
  const asked = await sent(site, { artist: WRITES, changes: { event_name: "File Night" } });
  const act = await member(browser, site, watch, artistAddress(WRITES), "Truus");
  const jonas = await member(browser, site, watch, asked.promoter, "Jonas");
  await act.goto("/requests");
  await act.getByRole("link", { name: "File Night" }).click();

  await test.step("what is begun is kept, and an answer is quoted", async () => {
    await act.getByLabel("Your answer").fill("We would need a piano.");
    await press(act, "Keep for later");
    await expect(act.getByText("What you wrote is kept for you.")).toBeVisible();
    await act.getByRole("link", { name: /^Quote the message/ }).first().click();
    await expect(act.getByLabel("Your answer")).toHaveValue(/^> [^]+We would need a piano\.$/);
  });

  await test.step("what only calls itself a document is refused with the reason", async () => {
    await act.getByRole("link", { name: "Send a file" }).click();
    const html = { name: "rider.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html></html>") };
    await act.getByLabel("File", { exact: true }).setInputFiles(html);
    await act.getByLabel("What it is").fill("The stage");
    await press(act, "Send it");
    await expect(act.getByRole("alert")).toContainText("JPEG, PNG or PDF file");
    await expect(act.getByLabel("What it is")).toHaveValue("The stage");
  });

  await test.step("a picture goes along, without its name", async () => {
    const picture = { name: "secret-name.png", mimeType: "image/png", buffer: png(300, 200) };
    await act.getByLabel("File", { exact: true }).setInputFiles(picture);
    await press(act, "Send it");
    await expect(act.getByRole("link", { name: "The stage" })).toBeVisible();
    expect(await act.content()).not.toContain("secret-name");
    const told = await mail(site, asked.promoter, "new_message", "The stage");
    expect(told.attachments).toEqual([]);
  });

  await test.step("the other side downloads it; by the link of a mail one is asked to sign in", async () => {
    await jonas.goto("/requests");
    await jonas.getByRole("link", { name: "File Night" }).click();
    const download = jonas.waitForEvent("download");
    await jonas.getByRole("link", { name: "The stage" }).click();
    expect((await download).suggestedFilename()).toMatch(/^file-\d+\.png$/);
    const visitor = await browser.newPage({ baseURL: site.url });
    await visitor.goto(asked.promoterSide);
    await visitor.getByRole("link", { name: "The stage" }).click();
    await heading(visitor, "Sign in");
    await visitor.close();
  });

  await test.step("a warning about a number is a question, and no wall", async () => {
    await jonas.getByLabel("Your answer").fill("Call the house: +49 40 5555 0123");
    await press(jonas, "Send message");
    await jonas.getByLabel("Send it all the same").check();
    await press(jonas, "Send message");
    await expect(jonas.locator("#messages")).toContainText("Call the house");
  });
  for (const page of [act, jonas]) await page.context().close();
});
