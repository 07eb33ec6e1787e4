// The request form as a person fills it in: by what stands beside each field.

import { expect, type Locator, type Page } from "@playwright/test";

import { shortRequest } from "./requests.mjs";

/** The words beside each field; `name` is the field's name in the form. */
const TEXTS: [name: string, label: string][] = [
  ["event_name", "Name of the event *"],
  ["night1", "Night of *"],
  ["start1", "Set starts *"],
  ["end1", "Set ends *"],
  ["age_policy", "Age policy"],
  ["venue_name", "Venue *"],
  ["venue_city", "City *"],
  ["capacity", "Capacity"],
  ["venue_link", "Page of the venue"],
  ["set_length", "Length of the set"],
  ["slot", "Slot"],
  ["billing", "Billing"],
  ["line_up", "Who else plays?"],
  ["amount", "Amount"],
  ["amount_to", "Up to"],
  ["ticket_price", "Ticket price"],
  ["attendance", "Expected attendance"],
  ["exclusivity_km", "Exclusivity: radius"],
  ["exclusivity_days", "Exclusivity: days"],
  ["your_name", "Your name *"],
  ["trading_name", "Company or collective"],
  ["email", "Your e-mail address *"],
  ["website", "Your website"],
  ["past_events", "Past events"],
  ["message", "Your message *"],
  ["links", "Links"],
  ["respond_by", "Answer needed by"],
];

const SELECTS: [name: string, label: string][] = [
  ["event_kind", "What kind of event is it? *"],
  ["zone", "Time zone of the venue *"],
  ["venue_country", "Country of the venue *"],
  ["setting", "Indoors or outdoors"],
  ["performance", "What should be played? *"],
  ["recording", "Recording or streaming"],
  ["deal", "Kind of offer *"],
  ["currency", "Currency"],
  ["travel", "Travel"],
  ["hotel", "Hotel"],
  ["ground", "Ground transport"],
  ["hospitality", "Hospitality"],
  ["backline", "Backline and technics"],
  ["role", "You write as *"],
  ["your_country", "Country you live in *"],
];

const RADIOS: [name: string, label: string, value: string][] = [
  ["visibility", "Public: anybody may come or buy a ticket", "public"],
  ["visibility", "Private: invited guests only", "private"],
  ["age", "I am 18 or older", "adult"],
  ["age", "I am between the minimum age and 17, and a parent or guardian agrees", "guardian"],
  ["age", "Neither", "no"],
  ["privacy", "Yes, I accept it", "yes"],
  ["privacy", "No", "no"],
];

export class RequestForm {
  readonly page: Page;
  readonly form: Locator;
  readonly summary: Locator;
  /** The tick for the disclaimer. */
  readonly consent: Locator;

  constructor(page: Page, form = "form[data-draft]") {
    this.page = page;
    this.form = page.locator(form);
    this.summary = page.getByRole("alert");
    this.consent = page.getByRole("checkbox", { name: /^I have read the disclaimer/ });
  }

  /** Opens the form of an act. */
  async open(artist = "night-ferry") {
    await this.page.goto(`/artists/${artist}/request`);
  }

  /** Fills in what must be filled in, and the changes. The disclaimer stays unticked. */
  async fill(changes: Record<string, string> = {}) {
    const request: Record<string, string> = { ...shortRequest(), ...changes };
    for (const [name, label] of TEXTS) {
      const value = request[name];
      if (value) await this.form.getByLabel(label, { exact: true }).fill(value);
    }
    for (const [name, label] of SELECTS) {
      const value = request[name];
      if (value) await this.form.getByLabel(label, { exact: true }).selectOption(value);
    }
    for (const [name, label, value] of RADIOS) {
      if (request[name] === value) await this.form.getByLabel(label, { exact: true }).check();
    }
    if (request.flexible) await this.form.getByLabel("We are flexible").check();
    return request;
  }

  /** Chooses a button, and returns how the page that follows was answered. */
  async choose(button: "Preview" | "Send request" | "Edit again") {
    const answer = this.page.waitForResponse(
      (response) => response.request().isNavigationRequest() && response.status() !== 303,
    );
    await this.page.getByRole("button", { name: button }).click();
    const response = await answer;
    await this.page.waitForLoadState();
    return response.status();
  }

  /** Everything the form holds by now, consents and hidden fields aside. */
  async values(): Promise<Record<string, string>> {
    return this.form.evaluate((form) => {
      const values = [...new FormData(form as HTMLFormElement)] as [string, string][];
      const without = ["key", "disclaimer_hash", "disclaimer_accepted"];
      return Object.fromEntries(values.filter(([name]) => !without.includes(name)));
    });
  }

  /** The summary names these fields, and each link leads to a field that says what is wrong. */
  async expectErrorsAt(...names: string[]) {
    await expect(this.summary).toBeVisible();
    const links = this.summary.getByRole("link");
    await expect(links).toHaveCount(names.length);
    for (const name of names) {
      const link = this.summary.locator(`a[href="#f-${name}"]`);
      const field = this.page.locator(`#f-${name}`);
      await link.click();
      await expect(field, `the link to ${name} leads there`).toBeFocused();
      const message = this.page.locator(`#f-${name}-error`);
      await expect(message).toContainText((await link.textContent()) ?? "?");
      const described = field.or(this.page.locator(".field", { has: field }));
      await expect(described.and(this.page.locator(`[aria-describedby~="f-${name}-error"]`)))
        .toHaveCount(1);
    }
  }
}
