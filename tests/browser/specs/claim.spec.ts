// Somebody of an act finds its page, which nobody answers for, and makes it theirs: they show a code on a
// page of the act's, a person looks, they say yes behind a link, make an account, and edit the page.

import { carry, joined } from "../support/members.mjs";
import { Person } from "../support/person.ts";
import { newAddress } from "../support/requests.mjs";
import { decider } from "../support/staff.mjs";
import { expect, test } from "../support/test.ts";

test("a page that nobody answers for is claimed, listed and edited", async ({
  browser,
  site,
  watch,
}) => {
  test.setTimeout(120_000);
  watch.cookies = ["session"];
  const eleni = await Person.arrives(browser, site, watch, newAddress());
  const mona = await Person.arrives(browser, site, watch, newAddress());
  let code = "";

  await test.step("she finds the page and is shown a code of her own", async () => {
    await eleni.page.goto("/artists/skoni");
    await eleni.page.getByRole("link", { name: "Claim this page" }).click();
    await eleni.reads("Claim this page");
    await eleni.page.getByLabel("Your e-mail address").fill(eleni.address);
    await eleni.chooses("Show my code");
    code = await eleni.page.locator("code").innerText();
    await eleni.page.getByLabel("What shows that the act is yours?").fill("It stands on our page now.");
    await eleni.chooses("Ask a person to look");
    await eleni.reads("Thank you, we have it");
  });

  await test.step("a moderator sees the same code, looks, and hands the page over", async () => {
    await carry(mona.page.context(), site, await decider(site));
    await mona.page.goto("/staff?kind=claim");
    await mona.page.getByRole("link", { name: /Claim: Σκόνη/ }).click();
    await expect(mona.page.getByText("nobody answers for it")).toBeVisible();
    await expect(mona.page.locator("code")).toHaveText(code);
    await mona.page.getByLabel("It is theirs: hand the page over").check();
    await mona.page.getByLabel("Why").fill("The code stands on the page of the act.");
    await mona.chooses("Decide and tell them");
    await expect(mona.page.getByText("Who wrote was told")).toBeVisible();
  });

  await test.step("she says yes behind the link, and the page takes requests", async () => {
    await eleni.opens(await eleni.gets("confirm_listing"), "/listing/");
    await eleni.reads("May Σκόνη be listed?");
    await eleni.chooses("Yes, list it");
    await eleni.reads("Σκόνη is listed");
    await eleni.page.getByRole("link", { name: "See the page" }).click();
    await expect(eleni.page.getByRole("link", { name: "Send a booking request" })).toBeVisible();
  });

  await test.step("with an account at that address she edits it", async () => {
    await carry(eleni.page.context(), site, await joined(site, eleni.address, "Eleni"));
    await eleni.page.goto("/requests");
    await eleni.page.getByRole("link", { name: "Edit it" }).first().click();
    await eleni.reads("Edit your page");
    await eleni.page.getByLabel("Home city").fill("Limassol");
    await eleni.chooses("Save");
    await eleni.page.goto("/artists/skoni");
    await expect(eleni.page.getByText("Limassol")).toBeVisible();
  });

  await eleni.leaves();
  await mona.leaves();
});
