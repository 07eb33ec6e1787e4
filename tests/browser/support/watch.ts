// An eye on everything a browser context does.

import type { BrowserContext, ConsoleMessage, Page } from "@playwright/test";

const EXPECTED = [
  // Of every page that is answered with an error, which some are on purpose.
  "Failed to load resource: the server responded",
  // Of the mails in their frame, where Playwright tries to run a script of its own.
  "Blocked script execution in",
];

export class Watch {
  /** What should not have happened, in sentences. */
  readonly complaints: string[] = [];
  /** The cookies that this story may leave in the browser, by name: none, unless it says so. */
  cookies: string[] = [];
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Watches every page that the context has or gets. */
  follow(context: BrowserContext) {
    context.pages().forEach((page) => this.#followPage(page));
    context.on("page", (page) => this.#followPage(page));
    context.on("request", (request) => {
      if (new URL(request.url()).origin !== this.#origin) {
        this.complaints.push(`a request went to ${request.url()}`);
      }
    });
    context.on("response", (response) => {
      const request = response.request();
      if (response.status() >= 400 && request.resourceType() !== "document") {
        this.complaints.push(`${response.url()} was answered ${response.status()}`);
      }
      const name = response.headers()["set-cookie"]?.split("=")[0];
      if (name && !this.cookies.includes(name)) {
        this.complaints.push(`${response.url()} sets the cookie ${name}`);
      }
    });
  }

  #followPage(page: Page) {
    page.on("console", (message: ConsoleMessage) => {
      const isError = message.type() === "error" || message.type() === "warning";
      if (isError && !EXPECTED.some((words) => message.text().startsWith(words))) {
        this.complaints.push(`the console says: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.complaints.push(`a script failed: ${error.message}`));
  }
}
