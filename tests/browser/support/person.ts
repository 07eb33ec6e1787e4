// One of the two people of a request: a browser of their own, a mailbox, and all they ever read.

import { expect, type Browser, type Page } from "@playwright/test";

import { linkIn, type Mail, mail, mailsTo } from "./mailbox.mjs";
import type { Site } from "./site.mjs";
import type { Watch } from "./watch.ts";

export class Person {
  readonly page: Page;
  readonly address: string;
  readonly #site: Site;
  readonly #pages: string[] = [];

  private constructor(site: Site, page: Page, address: string) {
    this.#site = site;
    this.page = page;
    this.address = address;
  }

  /** Somebody with a browser that has never been here. */
  static async arrives(browser: Browser, site: Site, watch: Watch, address: string) {
    const context = await browser.newContext();
    watch.follow(context);
    return new Person(site, await context.newPage(), address);
  }

  /** Looks whether the page is the one that was expected, and remembers what stands on it. */
  async reads(heading: string | RegExp) {
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText(heading);
    this.#pages.push(await this.page.content());
  }

  /** Looks into the mailbox, opens the mail with this subject, and follows its link. */
  async followsLinkIn(subject: string | RegExp, path: string) {
    await this.page.goto("/dev/mailbox");
    const mine = this.page.getByRole("row").filter({ hasText: this.address });
    await mine.getByRole("link", { name: subject }).first().click();
    await expect(this.page.getByRole("heading", { level: 1 })).toHaveText(subject);
    await this.page.locator(`.mail pre a[href*="${path}"]`).first().click();
  }

  /** Chooses a button. */
  async chooses(button: string) {
    await this.page.getByRole("button", { name: button, exact: true }).click();
  }

  /** The newest mail of a kind, once it is there. */
  gets(kind: string, words = ""): Promise<Mail> {
    return mail(this.#site, this.address, kind, words);
  }

  /** Every mail so far. */
  mails(): Promise<Mail[]> {
    return mailsTo(this.#site, this.address);
  }

  /** Everything this person has read, pages and mails with their headers, in one text. */
  async everythingRead() {
    const mails = await this.mails();
    const letters = mails.map(({ to: _, headers, ...mail }) => {
      const { To: _to, ...others } = headers;
      return JSON.stringify({ ...mail, headers: others });
    });
    return [...this.#pages, ...letters].join("\n");
  }

  /** Opens the link of a mail without looking for the mail first. */
  async opens(mail: Mail, path: string) {
    await this.page.goto(linkIn(mail, path));
  }

  async leaves() {
    await this.page.context().close();
  }
}
