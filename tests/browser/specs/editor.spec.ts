// An act's people edit its page, and a visitor sees it.

import { carry, joined } from "../support/members.mjs";
import { Person } from "../support/person.ts";
import { png } from "../support/pictures.mjs";
import { artistAddress } from "../support/requests.mjs";
import { expect, test } from "../support/test.ts";

test("the act changes its page, its figures, its photo and who sees it", async ({
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
  });

  await test.step("she looks at it first, changes it, and saves it from there", async () => {
    const notice = mari.page.getByText("This is a preview. Nothing is saved yet.");
    await mari.chooses("Preview");
    await expect(notice).toBeVisible();
    await expect(mari.page.getByText("Now with brass.")).toBeVisible();
    await page.goto("/artists/sable-quartet");
    await expect(page.getByText("Now with brass.")).toHaveCount(0);
    await mari.chooses("Change it");
    await mari.reads("Edit your page");
    await expect(mari.page.getByLabel("Smallest room")).toHaveValue("150");
    await expect(mari.page.getByLabel("About the act")).toHaveValue(
      "Two people, one boat.\n\nNow with brass.",
    );

    await mari.page
      .getByLabel("About the act")
      .fill("Two people, one boat.\n\nNow with brass: brass@sable-quartet.example");
    await mari.chooses("Preview");
    const warning = mari.page.getByRole("alert");
    await expect(warning).toContainText("everybody can read the address here");
    await expect(mari.page.getByLabel("Show it all the same")).not.toBeChecked();
    await mari.page.getByLabel("About the act").fill("Two people, one boat.\n\nNow with brass.");
    await mari.chooses("Preview");
    await expect(notice).toBeVisible();
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

  const photo = page.getByRole("img", { name: "Two people at a quay" });

  await test.step("she puts up a photo, after one that is none", async () => {
    await mari.page.goto("/artists/sable-quartet/edit");
    await mari.page.getByRole("link", { name: "your photo" }).click();
    await mari.reads("Your photo");
    const choose = (buffer: Buffer) =>
      mari.page
        .getByLabel("Picture", { exact: true })
        .setInputFiles({ name: "us.jpg", mimeType: "image/jpeg", buffer });
    await choose(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"));
    await mari.page.getByLabel("What is to be seen on it").fill("Two people at a quay");
    await mari.page.getByLabel("I may publish this picture").check();
    await mari.chooses("Put it on the page");
    await expect(mari.page.getByRole("alert")).toContainText("no JPEG, PNG or WebP picture");
    // What was typed is there; what has to be chosen is chosen anew.
    await expect(mari.page.getByLabel("What is to be seen on it")).toHaveValue(
      "Two people at a quay",
    );
    await expect(mari.page.getByLabel("I may publish this picture")).not.toBeChecked();
    await choose(png(1500, 1000));
    await mari.page.getByLabel("I may publish this picture").check();
    await mari.chooses("Put it on the page");
    await expect(mari.page.getByText("Saved.")).toBeVisible();
  });

  await test.step("a visitor sees it, in the width that fits", async () => {
    await page.goto("/artists/sable-quartet");
    await expect(photo).toBeVisible();
    const shown = await photo.evaluate(async (image) => {
      if (!(image instanceof HTMLImageElement)) throw new Error("no picture");
      await image.decode();
      return { width: image.naturalWidth, from: image.currentSrc };
    });
    expect(shown.width).toBeGreaterThan(0);
    expect(shown.from).toMatch(/\/photos\/[0-9a-f]{64}\.webp$/);
    await page.goto("/artists?q=sable+quartet");
    await expect(page.locator(".act-row img[src^='/photos/']")).toHaveCount(1);
  });

  await test.step("she takes it away", async () => {
    await mari.page.goto("/artists/sable-quartet/photo");
    await mari.chooses("Take the photo away");
    await expect(mari.page.getByText("Saved.")).toBeVisible();
    await page.goto("/artists/sable-quartet");
    await expect(photo).toHaveCount(0);
    await page.goto("/artists?q=sable+quartet");
    await expect(page.locator(".act-row img")).toHaveCount(0);
  });

  await test.step("she makes it a draft, which she sees and nobody else does", async () => {
    await mari.page.goto("/artists/sable-quartet/edit");
    await mari.page.getByLabel("Nobody: it takes no requests either").check();
    await mari.chooses("Save who sees it");
    expect((await page.goto("/artists/sable-quartet"))?.status()).toBe(404);
    await mari.page.getByRole("link", { name: "Look at the page" }).click();
    await expect(mari.page.getByText("Only you and your team see this")).toBeVisible();
    await mari.page.getByRole("link", { name: "Edit it" }).click();
    await mari.reads("Edit your page");
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
