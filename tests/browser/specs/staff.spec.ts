// Somebody reports a page, and a moderator decides: signs in with a second factor, shows it once more,
// says why; and who reported reads it.

import { barriers } from "../support/barriers.ts";
import { Person } from "../support/person.ts";
import { newAddress } from "../support/requests.mjs";
import { MODERATOR, paper } from "../support/staff.mjs";
import { expect, test } from "../support/test.ts";

test("a report is decided with a reason, and who wrote it reads why", async ({
  page,
  browser,
  site,
  watch,
  javaScriptEnabled,
}) => {
  test.setTimeout(120_000);
  watch.cookies = ["session", "browser"];
  const ines = await Person.arrives(browser, site, watch, newAddress());
  const mona = await Person.arrives(browser, site, watch, MODERATOR);
  const words = `These figures are those of another act (${ines.address}).`;

  await test.step("a visitor reports a figure", async () => {
    await ines.page.goto("/artists/sable-quartet/report");
    await ines.page.getByLabel("Something on the page is wrong").check();
    await ines.page.getByLabel("What exactly?").fill(words);
    await ines.page.getByLabel("Your e-mail address (optional)").fill(ines.address);
    await ines.page.getByRole("button", { name: "Send report" }).click();
    await ines.reads(/we have it/);
  });

  await test.step("the moderator comes in with a code as well", async () => {
    const code = await paper(site);
    await mona.page.goto("/staff");
    await mona.page.getByLabel("Your e-mail address").fill(MODERATOR);
    await mona.chooses("Mail me a link");
    await mona.followsLinkIn("Sign in to Soundpost", "/sign-in/");
    await mona.chooses("Sign in");
    await mona.reads("One more step");
    await mona.page.getByLabel("The code").fill(code);
    await mona.chooses("Sign in");
    await mona.reads("Queue");
  });

  await test.step("she looks, shows the factor once more, and decides", async () => {
    const rows = mona.page.getByRole("link", { name: "Correction: Sable Quartet" });
    await rows.last().click();
    await mona.reads(/Correction/);
    await expect(mona.page.getByText(words)).toBeVisible();
    await mona.page.getByRole("link", { name: "Show my second factor" }).click();
    await mona.reads("Before you decide");
    await mona.page.getByLabel("A code of your device").fill(await paper(site));
    await mona.chooses("Check the code");
    await mona.reads(/Correction/);
    if (javaScriptEnabled) expect(await barriers(mona.page)).toEqual([]);
    await mona.page.getByLabel("Nothing is changed").check();
    await mona.page.getByLabel("Why").fill("The act has shown us where the figures are from.");
    await mona.chooses("Decide and tell them");
    await expect(mona.page.getByText("The act has shown us")).toBeVisible();
  });

  await test.step("who wrote reads it", async () => {
    const told = await ines.gets("decided", "The act has shown us where the figures are from.");
    expect(told.text).toContain("Nothing is changed.");
    await page.goto("/artists/sable-quartet");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
});
