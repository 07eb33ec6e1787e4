// Signing in by another service: the real program, and an OpenID provider as they are in the world.

import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";

import { barriers } from "../support/barriers.ts";
import { htmlErrors } from "../support/html.ts";
import { carry, joined } from "../support/members.mjs";
import { CLIENT, startOpenid } from "../support/openid.mjs";
import { newAddress } from "../support/requests.mjs";
import { type Database, type Site, startServing } from "../support/site.mjs";

const test = base.extend<object, { database: Database; site: Site }>({
  database: ["sqlite", { option: true, scope: "worker" }],
  site: [
    async ({ database }, use) => {
      const providers: Awaited<ReturnType<typeof startOpenid>>[] = [];
      const site = await startServing(database, async (url) => {
        const provider = await startOpenid(url);
        providers.push(provider);
        return [
          "openid.name = 'Harbour ID'",
          `openid.issuer = '${provider.issuer}'`,
          `openid.client_id = '${CLIENT.id}'`,
          `openid.client_secret = '${CLIENT.secret}'`,
          "openid.privacy_url = 'https://id.harbour.example/privacy'",
        ].join("\n");
      });
      await use(site);
      await site.stop();
      await Promise.all(providers.map((provider) => provider.stop()));
    },
    { scope: "worker" },
  ],
  baseURL: async ({ site }, use) => use(site.url),
});

/** The provider's page wants a typeface from the net. */
const stayHere = (context: BrowserContext) =>
  context.route(/fonts\.googleapis\.com/, (route) => route.abort());

/** Is somebody at the provider, and comes back. */
async function signsInThere(page: Page, who: string) {
  await page.getByRole("link", { name: "Go to Harbour ID" }).click();
  await page.getByPlaceholder("Enter any login").fill(who);
  await page.getByPlaceholder("and password").fill("of no importance");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

test("somebody links who they are elsewhere, and signs in by it on another machine", async ({
  page,
  browser,
  site,
  javaScriptEnabled,
}) => {
  const complaints: string[] = [];
  const follow = (looked: Page) => {
    looked.on("console", (message) => {
      const isOurs = message.location().url.startsWith(site.url);
      // The browser complains of a refusal that is asked for below.
      const isAsked = message.location().url.endsWith("?code=x&state=x");
      if (isOurs && !isAsked && message.type() === "error") complaints.push(message.text());
    });
  };
  /** Axe is a script itself. */
  const isOpenToEverybody = async (looked: Page) => {
    if (javaScriptEnabled) expect(await barriers(looked)).toEqual([]);
  };
  follow(page);
  await stayHere(page.context());
  const jonas = newAddress();
  await carry(page.context(), site, await joined(site, jonas, "Jonas Krüger"));

  await test.step("he links it on his account's page", async () => {
    await page.goto("/account");
    await page.getByRole("link", { name: "Other services" }).click();
    await expect(heading(page)).toHaveText("Signing in by another service");
    await isOpenToEverybody(page);
    await page.getByRole("button", { name: "Link Harbour ID" }).click();
    await expect(heading(page)).toHaveText("Link Harbour ID");
    await expect(page.getByRole("link", { name: "privacy policy" })).toHaveAttribute(
      "href",
      "https://id.harbour.example/privacy",
    );
    await isOpenToEverybody(page);
    await signsInThere(page, "jonas");
    await expect(heading(page)).toHaveText("Signing in by another service");
    await expect(page.getByText("jonas Krüger, j…@elsewhere.example")).toBeVisible();
    await isOpenToEverybody(page);
  });

  await test.step("he signs in by it on another machine", async () => {
    const context = await browser.newContext({ baseURL: site.url, javaScriptEnabled });
    await stayHere(context);
    const second = await context.newPage();
    follow(second);
    const door = await second.goto("/sign-in?next=/account");
    expect(await htmlErrors((await door?.text()) ?? "")).toEqual([]);
    await isOpenToEverybody(second);
    await second.getByRole("link", { name: "Continue with Harbour ID" }).click();
    await expect(heading(second)).toHaveText("Continue with Harbour ID");
    await isOpenToEverybody(second);
    await second.getByRole("button", { name: "I agree, go on" }).click();
    await signsInThere(second, "jonas");
    await expect(heading(second)).toHaveText("Your account");
    await expect(second.getByText(jonas).first()).toBeVisible();
    // What leads back cannot be used again, and says so kindly.
    await second.goto("/sign-in/with/openid/callback?code=x&state=x");
    await expect(heading(second)).toHaveText("That did not work");
    await isOpenToEverybody(second);
    await context.close();
  });

  await test.step("another is shown the way to an account", async () => {
    const context = await browser.newContext({ baseURL: site.url, javaScriptEnabled });
    await stayHere(context);
    const third = await context.newPage();
    const words = await third.goto("/sign-in/with/openid");
    expect(await htmlErrors((await words?.text()) ?? "")).toEqual([]);
    await third.getByRole("button", { name: "I agree, go on" }).click();
    await signsInThere(third, "nora");
    await expect(heading(third)).toHaveText("No account is linked yet");
    await isOpenToEverybody(third);
    await third.getByRole("link", { name: "Make an account" }).click();
    await expect(heading(third)).toHaveText("Make an account");
    await context.close();
  });

  await test.step("he takes it away again", async () => {
    await page.getByRole("button", { name: /^Unlink Harbour ID/ }).click();
    await expect(page.getByText("Nothing yet.")).toBeVisible();
  });
  expect(complaints).toEqual([]);
});
