import { readFile, writeFile } from "node:fs/promises";

import { hasDisclaimer, publishedDisclaimer } from "../support/disclaimer.ts";
import { Person } from "../support/person.ts";
import { isValidReceipt } from "../support/receipts.mjs";
import { RequestForm } from "../support/request-form.ts";
import {
  artistAddress,
  completeRequest,
  newAddress,
  sent,
  submitted,
} from "../support/requests.mjs";
import { linkIn, mail, mailsTo } from "../support/mailbox.mjs";
import { expect, test } from "../support/test.ts";

test("a stranger finds an act, asks it, and gets the answer", async ({
  page,
  browser,
  site,
  watch,
}, info) => {
  test.setTimeout(180_000);
  const disclaimer = await publishedDisclaimer(page);
  const promoter = await Person.arrives(browser, site, watch, newAddress());
  const artist = await Person.arrives(browser, site, watch, artistAddress());
  const form = new RequestForm(promoter.page);

  await test.step("the promoter finds the act", async () => {
    await promoter.page.goto("/");
    await promoter.reads(/Find the act/);
    await promoter.page.getByRole("searchbox").fill("night fer");
    await promoter.chooses("Search");
    await promoter.page.getByRole("link", { name: "Night Ferry", exact: true }).click();
    await promoter.reads("Night Ferry");
    await promoter.page.getByRole("link", { name: "Send a booking request" }).click();
    await promoter.reads("Request a night with Night Ferry");
  });

  await test.step("the promoter fills in the form, looks at it twice, and sends it", async () => {
    await form.fill({ ...completeRequest(), email: promoter.address });
    const typed = await form.values();
    expect(await form.choose("Preview")).toBe(200);
    await promoter.reads("Preview: Harbour Night");
    await expect(promoter.page.getByText("Your slow pistons belong into this room")).toBeVisible();
    expect(await form.choose("Edit again")).toBe(200);
    await promoter.reads("Request a night with Night Ferry");
    expect(await form.values()).toEqual(typed);
    expect(await form.choose("Preview")).toBe(200);
    await form.consent.check();
    expect(await form.choose("Send request")).toBe(200);
    await promoter.reads("Check your mail");
    await expect(promoter.page.getByText(promoter.address)).toHaveCount(0);
  });

  await test.step("the artist hears of it only once the address is confirmed", async () => {
    await promoter.followsLinkIn("Confirm your booking request to Night Ferry", "/confirm/");
    await promoter.reads("Send your request to Night Ferry?");
    await expect(promoter.page.getByText("EUR 1,200 to EUR 1,500")).toBeVisible();
    expect(await artist.mails()).toEqual([]);
    await promoter.chooses("Send it now");
    await promoter.reads("Sent");
  });

  await test.step("the promoter has a receipt that can be proved without the site", async () => {
    await promoter.page.getByRole("link", { name: "on a page of its own" }).click();
    await promoter.reads(/^Receipt /);
    const download = promoter.page.waitForEvent("download");
    await promoter.page.getByRole("link", { name: "Download the receipt" }).click();
    const file = info.outputPath("receipt.json");
    await (await download).saveAs(file);
    expect(await isValidReceipt(file, disclaimer.publicKey)).toBe(true);

    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/"n": \d+/, '"n": 99'));
    expect(await isValidReceipt(file, disclaimer.publicKey)).toBe(false);
  });

  await test.step("each side's mail has the whole disclaimer", async () => {
    const letters = [
      await promoter.gets("confirm_request"),
      await promoter.gets("request_sent"),
      await artist.gets("new_request"),
    ];
    for (const letter of letters) {
      expect(hasDisclaimer(letter.text, disclaimer), letter.subject).toBe(true);
      expect(hasDisclaimer(letter.html, disclaimer), letter.subject).toBe(true);
    }
  });

  await test.step("the artist reads, answers and accepts in principle", async () => {
    await artist.followsLinkIn(/^Booking request: Harbour Night/, "/t/");
    await artist.reads("Harbour Night");
    await expect(artist.page.getByText("Your slow pistons belong into this room")).toBeVisible();
    await artist.page.getByLabel("Your answer").fill("We know that room. Is there a piano?");
    await artist.chooses("Send message");
    await artist.reads("Harbour Night");
    await expect(artist.page.getByText("Is there a piano?")).toBeVisible();

    await artist.page.getByRole("link", { name: "Accept in principle" }).click();
    await artist.reads("Accept in principle?");
    const consent = artist.page.getByRole("checkbox", { name: /^I have read the disclaimer/ });
    await expect(consent).not.toBeChecked();
    await artist.chooses("Accept in principle");
    await expect(artist.page.getByRole("alert")).toBeVisible();
    await consent.check();
    await artist.chooses("Accept in principle");
    await artist.reads("Harbour Night");
    await expect(artist.page.locator(".state")).toHaveText("Accepted in principle");
    await artist.page.getByRole("link", { name: "Your receipt for the disclaimer" }).click();
    await artist.reads(/^Receipt /);
  });

  await test.step("the promoter learns of both, and sees where the request stands", async () => {
    await promoter.opens(await promoter.gets("new_message", "Is there a piano?"), "/t/");
    await promoter.reads("Harbour Night");
    await expect(promoter.page.locator(".state")).toHaveText("Accepted in principle");
    await expect(promoter.page.getByText("Is there a piano?")).toBeVisible();
    await expect(promoter.page.getByText("not a contract").first()).toBeVisible();
    const moved = await promoter.gets("request_moved", "agreement in principle");
    expect(hasDisclaimer(moved.text, disclaimer)).toBe(true);
    const accepted = await artist.gets("request_moved", "You accepted");
    expect(hasDisclaimer(accepted.text, disclaimer)).toBe(true);
  });

  await test.step("neither side ever read the other's address", async () => {
    expect(await promoter.everythingRead()).not.toContain(artist.address);
    expect(await artist.everythingRead()).not.toContain(promoter.address);
  });

  await promoter.leaves();
  await artist.leaves();
});

test("opening the link of the mail sends nothing", async ({ page, site }) => {
  const { confirm, artist } = await submitted(site, { artist: "marisol-and-the-tide" });
  await page.goto(confirm);
  await page.reload();
  expect(await mailsTo(site, artistAddress(artist))).toEqual([]);
});

test("confirming twice sends once", async ({ page, site }) => {
  const { confirm, promoter } = await submitted(site);
  const other = await page.context().newPage();
  for (const tab of [page, other]) await tab.goto(confirm);
  for (const tab of [page, other]) {
    await tab.getByRole("button", { name: "Send it now" }).click();
    await expect(tab.getByRole("heading", { level: 1 })).toHaveText("Sent");
  }
  await page.goto(confirm);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/was sent$/);
  await expect(page.getByRole("button", { name: "Send it now" })).toHaveCount(0);
  const mails = await mailsTo(site, promoter);
  expect(mails.filter((mail) => mail.kind === "request_sent")).toHaveLength(1);
});

test("a mistyped address is corrected once, and the first link dies", async ({ page, site }) => {
  const { checkMail, confirm } = await submitted(site);
  const right = newAddress();
  await page.goto(checkMail);
  await page.getByLabel("Mistyped the address?").fill(right);
  await page.getByRole("button", { name: "Send to this address" }).click();
  await expect(page.getByText("has been corrected once already")).toBeVisible();

  await page.goto(confirm);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link no longer works");
  await page.goto(linkIn(await mail(site, right, "confirm_request"), "/confirm/"));
  await page.getByRole("button", { name: "Send it now" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sent");
});

test("the artist declines with a reason, which the promoter reads", async ({ page, site }) => {
  const { artistSide, promoterSide, promoter } = await sent(site);
  await page.goto(artistSide);
  await page.getByRole("link", { name: "Decline" }).click();
  await page.getByLabel("Reason").selectOption("Not free that night");
  await page.getByLabel("A line to them").fill("We are at sea until May.");
  await page.getByRole("button", { name: "Decline" }).click();
  await expect(page.locator(".state")).toHaveText("Declined");
  await expect(page.getByLabel("Your answer")).toHaveCount(0);

  await page.goto(promoterSide);
  await expect(page.locator(".state")).toHaveText("Declined");
  const letter = await mail(site, promoter, "request_moved", "We are at sea until May.");
  expect(letter.text).toContain("Not free that night");
});

test("the promoter withdraws, and the artist can do nothing more", async ({ page, site }) => {
  const { artistSide, promoterSide } = await sent(site);
  await page.goto(promoterSide);
  await page.getByRole("link", { name: "Withdraw the request" }).click();
  await page.getByRole("button", { name: "Withdraw" }).click();
  await expect(page.locator(".state")).toHaveText("Withdrawn");

  await page.goto(artistSide);
  await expect(page.locator(".state")).toHaveText("Withdrawn");
  await expect(page.getByRole("heading", { name: "Your move" })).toHaveCount(0);
  const answer = await page.goto(`${artistSide}/accept`);
  expect(answer?.status()).toBe(409);
});

test("a lost link is sent again, and nobody learns who is known", async ({ page, site }) => {
  const { promoter } = await sent(site);
  for (const address of [promoter, newAddress()]) {
    await page.goto("/links/again");
    await page.getByLabel("Your e-mail address").fill(address);
    await page.getByRole("button", { name: "Send my link" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/look into your mailbox/);
  }
  await page.goto(linkIn(await mail(site, promoter, "link_again"), "/t/"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Harbour Night");
});
