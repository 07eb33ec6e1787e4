// What stands on an act's page comes from people: a member adds an act, an act pastes its figures.

import { barriers } from "../support/barriers.ts";
import { nightIn } from "../support/calendar.mjs";
import { carry, joined } from "../support/members.mjs";
import { Person } from "../support/person.ts";
import { artistAddress, newAddress } from "../support/requests.mjs";
import { expect, test } from "../support/test.ts";

test("a member adds an act, and is shown first what is here", async ({
  page,
  browser,
  site,
  watch,
  javaScriptEnabled,
}) => {
  watch.cookies = ["session"];
  const fanny = await Person.arrives(browser, site, watch, newAddress());
  await carry(fanny.page.context(), site, await joined(site, fanny.address, "Fanny"));
  // A site outlives a run of this story: with and without scripts it is told once each.
  const name = `Okra Telegraph ${javaScriptEnabled ? "Two" : "Three"}`;

  await test.step("she looks for it in vain, and follows the link", async () => {
    await fanny.page.goto("/artists?q=okra+telegrafph");
    await fanny.page.getByRole("link", { name: "Add it" }).click();
    await fanny.reads("Add an artist");
    await expect(fanny.page.getByLabel("Name of the act")).toHaveValue("okra telegrafph");
  });

  await test.step("an act of that name is offered first", async () => {
    await fanny.page.getByLabel("Home city").fill("New Orleans");
    await fanny.page.getByLabel("Home country").selectOption("US");
    await fanny.page.getByLabel("Genre 1").selectOption("funk");
    await fanny.page.getByLabel("Source of these facts").fill("https://festival.example/2026");
    await fanny.page.getByLabel("These are public facts").check();
    await fanny.chooses("Add the artist");
    await expect(fanny.page.getByRole("heading", { name: "Is it one of these?" })).toBeVisible();
    const offered = fanny.page.getByRole("list", { name: "Acts that it may be" });
    await expect(offered.getByRole("link")).toHaveText(["Okra Telegraph"]);
    if (javaScriptEnabled) expect(await barriers(fanny.page)).toEqual([]);
  });

  await test.step("it is another one, and a person looks at it", async () => {
    await expect(fanny.page.getByLabel("Home city")).toHaveValue("New Orleans");
    await expect(fanny.page.getByLabel("These are public facts")).toBeChecked();
    await fanny.page.getByLabel("Name of the act").fill(name);
    await fanny.page.getByRole("button", { name: "None of these, add it" }).first().click();
    await fanny.reads("A person looks at it");
    await fanny.gets("ticket_received");
  });

  await test.step("nobody sees it yet", async () => {
    await page.goto(`/artists?${new URLSearchParams({ q: name })}`);
    await expect(page.getByText("words in its name that begin like")).toBeVisible();
  });
});

test("the act pastes its figures, and looks at them first", async ({
  page,
  browser,
  site,
  watch,
  javaScriptEnabled,
}) => {
  watch.cookies = ["session"];
  const del = await Person.arrives(browser, site, watch, artistAddress("okra-telegraph"));
  await carry(del.page.context(), site, await joined(site, del.address, "Del Fontenot"));
  const figures = "/artists/okra-telegraph/figures";

  await test.step("a mistake is named with its line, and nothing is lost", async () => {
    await del.page.goto(figures);
    await del.page.getByLabel("Paste rows").fill("2026-02-30,followers,12\n2026-03-01,shows,many");
    await del.chooses("Look at them first");
    const summary = del.page.getByRole("alert");
    await expect(summary).toContainText("Line 1: date:");
    await expect(summary).toContainText("Line 2: value:");
    await expect(del.page.getByLabel("Paste rows")).toHaveValue(/2026-02-30,followers,12/);
  });

  await test.step("the table is shown before it is entered", async () => {
    const rows = [
      "date;metric;value;source",
      `${nightIn(0)};monthly_listeners;654,321;Example Radio`,
      `${nightIn(-200)};shows;97;`,
    ];
    await del.page.getByLabel("Paste rows").fill(rows.join("\n"));
    await del.chooses("Look at them first");
    await del.reads("Enter these figures?");
    await expect(del.page.getByRole("row")).toHaveCount(3);
    await expect(del.page.getByText("654,321")).toBeVisible();
    if (javaScriptEnabled) expect(await barriers(del.page)).toEqual([]);
    await del.chooses("Change the rows");
    await expect(del.page.getByLabel("Paste rows")).toHaveValue(/654,321/);
    await del.chooses("Look at them first");
    await del.chooses("Enter them");
    await expect(del.page.getByText("2 figures are entered.")).toBeVisible();
  });

  await test.step("a visitor sees where they come from", async () => {
    await page.goto("/artists/okra-telegraph");
    await expect(page.getByText(/from a list by the artist, as Example Radio/).first()).toBeVisible();
  });
});
