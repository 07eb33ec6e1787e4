// The life of an account: made, used on two machines, taken along, deleted.

import { readFile } from "node:fs/promises";

import type { Page } from "@playwright/test";

import { barriers } from "../support/barriers.ts";
import { carry, joined, oneTimeCode } from "../support/members.mjs";
import { Person } from "../support/person.ts";
import { artistAddress, newAddress, sent } from "../support/requests.mjs";
import { expect, test } from "../support/test.ts";

/** Not the act of the other stories: a site and its mailboxes outlive a file. */
const ACT = "okami-static";

test("a promoter makes an account, answers in it, and deletes it", async ({
  page,
  browser,
  site,
  watch,
}, info) => {
  test.setTimeout(120_000);
  watch.cookies = ["session", "browser"];
  const asked = await sent(site, { artist: ACT });
  const jonas = await Person.arrives(browser, site, watch, asked.promoter);
  const second = await Person.arrives(browser, site, watch, asked.promoter);

  await test.step("the page for members leads to the way in", async () => {
    await jonas.page.goto("/requests");
    await jonas.reads("Sign in");
    await jonas.page.getByRole("link", { name: "Make an account" }).click();
    await jonas.reads("Make an account");
  });

  await test.step("he makes an account by the button behind a link", async () => {
    await jonas.page.getByLabel("Your name").fill("Jonas Krüger");
    await jonas.page.getByLabel("Your e-mail address").fill(jonas.address);
    await jonas.page.getByLabel("I am 18 or older").check();
    await jonas.page.getByLabel("Country you live in").selectOption("DE");
    await jonas.page.getByLabel("Yes, I accept it").check();
    await jonas.chooses("Make my account");
    await jonas.reads("Please look into your mailbox");
    await jonas.followsLinkIn("Your account on Soundpost", "/sign-in/");
    await jonas.reads("Make your account?");
    await expect(jonas.page.getByText("another browser")).toHaveCount(0);
    await jonas.chooses("Make my account");
    await jonas.reads("Your requests");
  });

  await test.step("the request from before is in it, and is answered there", async () => {
    await jonas.page.getByRole("link", { name: "Harbour Night" }).click();
    await jonas.reads("Harbour Night");
    await jonas.page.getByLabel("Your answer").fill("We have a piano now.");
    await jonas.chooses("Send message");
    await expect(jonas.page.locator("#messages")).toContainText("We have a piano now.");
    await page.goto(asked.artistSide);
    await expect(page.locator("#messages")).toContainText("We have a piano now.");
  });

  await test.step("he signs in on another machine, and is told that it is another", async () => {
    await second.page.goto("/sign-in");
    await second.page.getByLabel("Your e-mail address").fill(jonas.address);
    await second.chooses("Mail me a link");
    await jonas.followsLinkIn("Sign in to Soundpost", "/sign-in/");
    await expect(jonas.page.getByText("another browser")).toBeVisible();
    await second.followsLinkIn("Sign in to Soundpost", "/sign-in/");
    await second.chooses("Sign in");
    await second.reads("Your requests");
  });

  await test.step("he ends that sign-in from the first", async () => {
    await jonas.page.goto("/account");
    await jonas.chooses("End all others");
    await expect(jonas.page.locator(".browsers li")).toHaveCount(1);
    await second.page.goto("/account");
    await second.reads("Sign in");
  });

  await test.step("he takes his data along", async () => {
    await jonas.page.goto("/account");
    const download = jonas.page.waitForEvent("download");
    await jonas.page.getByRole("link", { name: "Download it" }).click();
    const file = info.outputPath("my-data.json");
    await (await download).saveAs(file);
    const data = JSON.parse(await readFile(file, "utf8"));
    expect(data.address).toBe(jonas.address);
    expect(data.requests[0].messages).toHaveLength(2);
  });

  await test.step("he deletes it, and the act keeps its own words", async () => {
    await jonas.page.goto("/account/delete");
    await jonas.reads("Delete your account?");
    await jonas.page.getByLabel("I am sure.").check();
    await jonas.chooses("Delete my account");
    await jonas.reads("Your account is deleted");
    await jonas.page.goto("/account");
    await jonas.reads("Sign in");
    await page.goto(asked.artistSide);
    await expect(page.getByText("Somebody whose data was erased").first()).toBeVisible();
    await expect(page.locator("#messages")).not.toContainText("piano");
    const act = await Person.arrives(browser, site, watch, artistAddress(ACT));
    await act.gets("request_moved", "Withdrawn: Harbour Night");
  });
});

test("a device is set up, asked for, and replaced by a code on paper", async ({
  page,
  browser,
  site,
  watch,
  javaScriptEnabled,
}) => {
  watch.cookies = ["session", "browser"];
  /** Axe is a script itself. */
  const isOpenToEverybody = async (page: Page) => {
    if (javaScriptEnabled) expect(await barriers(page)).toEqual([]);
  };
  const cara = await Person.arrives(browser, site, watch, newAddress());
  await carry(page.context(), site, await joined(site, cara.address, "Cara"));

  await page.goto("/account");
  await page.getByRole("link", { name: "Add a second factor" }).click();
  await page.getByRole("button", { name: "Set up a device" }).click();
  await expect(page.getByRole("img", { name: /A square to be scanned/ })).toBeVisible();
  await isOpenToEverybody(page);
  const letters = (await page.locator("p > code").textContent()) ?? "";
  await page.getByLabel("The code it shows").fill("000000");
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("alert")).toContainText("This code is wrong");
  await page.getByLabel("The code it shows").fill(oneTimeCode(letters));
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your recovery codes");
  await isOpenToEverybody(page);
  const paper = await page.locator(".codes code").allTextContents();
  expect(paper).toHaveLength(10);
  await page.getByRole("link", { name: "I have them" }).click();
  await expect(page.getByText("and a code of your device")).toBeVisible();

  const signIn = async () => {
    await cara.page.goto("/sign-in?next=/account");
    await cara.page.getByLabel("Your e-mail address").fill(cara.address);
    await cara.chooses("Mail me a link");
    await cara.followsLinkIn("Sign in to Soundpost", "/sign-in/");
    await cara.chooses("Sign in");
    await cara.reads("One more step");
  };
  await signIn();
  await isOpenToEverybody(cara.page);
  // The next one: that of the set-up is used.
  await cara.page.getByLabel("The code").fill(oneTimeCode(letters, 30));
  await cara.chooses("Sign in");
  await cara.reads("Your account");
  await cara.chooses("Sign out");
  await cara.reads(/Find the act/);
  await signIn();
  await cara.page.getByLabel("The code").fill(paper[0] ?? "");
  await cara.chooses("Sign in");
  await cara.reads("Your account");

  // With the factor a password of eight characters is enough, and it is no way around the factor.
  await cara.page.getByRole("link", { name: "Add a password" }).click();
  await cara.page.getByLabel("New password").fill("fog h0rn");
  await cara.chooses("Set the password");
  await expect(cara.page.getByText("You have a password")).toBeVisible();
  await cara.chooses("Sign out");
  await cara.page.goto("/sign-in?next=/account");
  await cara.page.getByRole("link", { name: "With your password" }).click();
  await cara.page.getByLabel("Your e-mail address").fill(cara.address);
  await cara.page.getByLabel("Your password").fill("fog h0rn");
  await cara.chooses("Sign in");
  await cara.reads("One more step");
  await cara.page.getByLabel("The code").fill(paper[1] ?? "");
  await cara.chooses("Sign in");
  await cara.reads("Your account");
});

test("an account moves to another address, and the old one can take it back", async ({
  browser,
  site,
  watch,
}) => {
  watch.cookies = ["session"];
  const jonas = await Person.arrives(browser, site, watch, newAddress());
  await carry(jonas.page.context(), site, await joined(site, jonas.address, "Jonas"));
  const there = newAddress();
  const elsewhere = await Person.arrives(browser, site, watch, there);
  await jonas.page.goto("/account");
  await jonas.page.getByRole("link", { name: "move to another" }).click();
  await jonas.page.getByLabel("The new address").fill(there);
  await jonas.page.getByRole("button", { name: "Mail a link there" }).click();
  await jonas.reads("Please look into your new mailbox");
  await elsewhere.opens(await elsewhere.gets("confirm_address"), "/account/address/");
  await elsewhere.reads("Move your account?");
  await elsewhere.page.locator("main form button").click();
  await elsewhere.reads("Your account has moved");
  await jonas.page.goto("/account");
  await expect(jonas.page.getByText(there).first()).toBeVisible();
  // As long as it can be taken back, nobody deletes it.
  await jonas.page.goto("/account/delete");
  await expect(jonas.page.getByRole("heading", { name: /Not before/ })).toBeVisible();
  await jonas.opens(await jonas.gets("security_notice", "was moved"), "/account/address/undo/");
  await jonas.page.locator("main form button").click();
  await jonas.reads(/Your account/);
  await jonas.page.goto("/account");
  await jonas.reads("Sign in");
});

test("signing out keeps Back from showing anything", async ({ browser, site, watch }) => {
  watch.cookies = ["session", "browser"];
  const nora = await Person.arrives(browser, site, watch, newAddress());
  await nora.page.goto("/join");
  await nora.page.getByLabel("Your name").fill("Nora Canary");
  await nora.page.getByLabel("Your e-mail address").fill(nora.address);
  await nora.page.getByLabel("I am 18 or older").check();
  await nora.page.getByLabel("Country you live in").selectOption("DE");
  await nora.page.getByLabel("Yes, I accept it").check();
  await nora.chooses("Make my account");
  await nora.followsLinkIn("Your account on Soundpost", "/sign-in/");
  await nora.chooses("Make my account");
  await nora.page.goto("/account");
  await expect(nora.page.getByText(nora.address).first()).toBeVisible();
  await nora.chooses("Sign out");
  await nora.reads(/Find the act/);
  await nora.page.goBack();
  await expect(nora.page.getByText(nora.address)).toHaveCount(0);
  await nora.reads("Sign in");
});
