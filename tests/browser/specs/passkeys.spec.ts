// A passkey in a real browser: added, shown alone and after a link, renamed, removed. Chromium keeps it
// in a device of its own making.

import type { Page } from "@playwright/test";

import { barriers } from "../support/barriers.ts";
import { askedToSignIn, carry, joined } from "../support/members.mjs";
import { newAddress } from "../support/requests.mjs";
import { expect, test } from "../support/test.ts";

/** Gives the page a device that is unlocked and touched whenever it is asked. */
async function withDevice(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async () => {
    const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
    return credentials;
  };
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

async function signOut(page: Page) {
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(heading(page)).toHaveText(/Find the act/);
}

test("a passkey is added, signs in alone and after a link, and is removed", async ({
  page,
  site,
  watch,
}) => {
  test.setTimeout(120_000);
  watch.cookies = ["session", "passkey"];
  const address = newAddress();
  const kept = await withDevice(page);
  await carry(page.context(), site, await joined(site, address, "Pia"));

  await test.step("she adds one, and gets codes on paper", async () => {
    await page.goto("/account");
    await page.getByRole("link", { name: "Add a passkey" }).click();
    await expect(heading(page)).toHaveText("Passkeys");
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel("Name", { exact: true }).fill("Pia’s phone");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(heading(page)).toHaveText("Your recovery codes");
    expect(await page.locator(".codes code").allTextContents()).toHaveLength(10);
    const [passkey] = await kept();
    expect(passkey?.isResidentCredential).toBe(true);
    expect(passkey?.rpId).toBe("localhost");
    await page.getByRole("link", { name: "I have them" }).click();
    await expect(page.getByText("Or with a passkey alone: you have 1.")).toBeVisible();
  });

  await test.step("the device does not make a second one", async () => {
    await page.getByRole("link", { name: "Passkeys" }).click();
    await expect(page.getByText("not used yet")).toBeVisible();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.getByRole("alert")).toHaveText(/This device has a passkey of your account/);
    expect(await kept()).toHaveLength(1);
  });

  await test.step("she gives it another name", async () => {
    await page.locator("summary", { hasText: "Rename" }).click();
    await page.getByLabel("Another name").fill("Pia’s new phone");
    await page.getByRole("button", { name: "Save name" }).click();
    await expect(page.locator(".browsers b")).toHaveText("Pia’s new phone");
  });

  await test.step("she signs in with it alone", async () => {
    await signOut(page);
    await page.goto("/sign-in?next=/account/passkeys");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(heading(page)).toHaveText("Passkeys");
    await expect(page.getByText("last used")).toBeVisible();
  });

  await test.step("after a link it is the second step", async () => {
    await signOut(page);
    await page.goto(await askedToSignIn(site, address));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(heading(page)).toHaveText("One more step");
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Show a passkey" }).click();
    await expect(heading(page)).toHaveText("Your requests");
  });

  await test.step("she removes it, and it signs her in no more", async () => {
    await page.goto("/account/passkeys");
    await page.getByRole("button", { name: "Remove Pia’s new phone" }).click();
    await expect(page.locator(".browsers")).toHaveCount(0);
    await signOut(page);
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.locator(".summary")).toContainText("This passkey was not accepted");
  });
});

test("without a script the page says that passkeys need one", async ({ browser, site, watch }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  watch.follow(context);
  const page = await context.newPage();
  await page.goto(`${site.url}/sign-in`);
  await expect(page.getByText("Passkeys need JavaScript")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Mail me a link" })).toBeVisible();
  await context.close();
});
