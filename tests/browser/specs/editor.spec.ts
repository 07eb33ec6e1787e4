// An act's people edit its page, and a visitor sees it.

import { carry, joined } from "../support/members.mjs";
import { Person } from "../support/person.ts";
import { artistAddress } from "../support/requests.mjs";
import { expect, test } from "../support/test.ts";

test("the act changes its page, its figures and who sees it", async ({
  page,
  browser,
  site,
  watch,
}) => {
  watch.cookies = ["session"];
  const mari = await Person.arrives(browser, site, watch, artistAddress("sable-quartet"));
  await carry(mari.page.context(), site, await joined(site, mari.address, "Mari Tamm"));

  await test.step("she finds her act among her requests, and edits it", async () => {
    await mari.page.goto("/requests");
    await mari.page.getByRole("link", { name: "Edit it" }).first().click();
    await mari.reads("Edit your page");
    await mari.page.getByLabel("About the act").fill("Two people, one boat.\n\nNow with brass.");
    await mari.page.getByLabel("Smallest room").fill("150");
    await mari.chooses("Save");
    await expect(mari.page.getByText("Saved.")).toBeVisible();
  });

  await test.step("she enters a figure", async () => {
    await mari.page.goto("/artists/sable-quartet/figures");
    await mari.page.getByLabel("What is counted").selectOption("monthly_listeners");
    await mari.page.getByLabel("How many").fill("987,654");
    await mari.page.getByLabel("Where it can be seen").fill("Example Radio");
    await mari.chooses("Enter the figure");
    await expect(mari.page.getByText("987,654")).toBeVisible();
  });

  await test.step("a visitor sees all of it", async () => {
    await page.goto("/artists/sable-quartet");
    await expect(page.getByText("Now with brass.")).toBeVisible();
    await expect(page.getByText("for 150 people or more")).toBeVisible();
    await expect(page.getByText("as Example Radio shows it").first()).toBeVisible();
    await page.goto("/artists");
    await expect(page.getByText("987k").first()).toBeVisible();
  });

  await test.step("she takes it out of the lists, and brings it back", async () => {
    await mari.page.goto("/artists/sable-quartet/edit");
    await mari.page.getByLabel("Who has its address").check();
    await mari.chooses("Save who sees it");
    await page.goto("/artists?q=sable+quartet");
    await expect(page.getByRole("link", { name: "Sable Quartet", exact: true })).toHaveCount(0);
    expect((await page.goto("/artists/sable-quartet"))?.status()).toBe(200);
    await mari.page.getByLabel("Everybody: it stands in lists").check();
    await mari.chooses("Save who sees it");
    await page.goto("/artists?q=sable+quartet");
    await expect(page.getByRole("link", { name: "Sable Quartet", exact: true })).toHaveCount(1);
  });
});
