import { defineConfig } from "@playwright/test";

import { CHROMIUM, CHROMIUM_ARGS } from "./support/chromium.mjs";
import type { Options } from "./support/test.ts";
import { SERVER } from "./support/postgres.mjs";

// What a page looks like is the same on both databases; how it comes about is not.
const WITHOUT_SCRIPT = /(walk|life|desk|form|search|account|editor|adding|claim|providers|staff)\.spec/;
const ON_POSTGRES =
  /(walk|life|desk|years|form|search|stop|account|editor|adding|claim|passkeys|providers|staff)\.spec/;
// What a script does knows of no database: of the two together the whole lives are enough.
const LIVES = /(walk|account)\.spec/;

const sqlite = [
  { name: "sqlite", use: { database: "sqlite" as const } },
  {
    name: "sqlite, no script",
    testMatch: WITHOUT_SCRIPT,
    use: { database: "sqlite" as const, javaScriptEnabled: false },
  },
];
const postgres = [
  { name: "postgres", testMatch: ON_POSTGRES, use: { database: "postgres" as const } },
  {
    name: "postgres, no script",
    testMatch: LIVES,
    use: { database: "postgres" as const, javaScriptEnabled: false },
  },
];

export default defineConfig<Options>({
  testDir: "specs",
  fullyParallel: true,
  workers: process.env.SOUNDPOST_WORKERS ? Number(process.env.SOUNDPOST_WORKERS) : 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  timeout: 60_000,
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: CHROMIUM, args: CHROMIUM_ARGS },
    locale: "en-GB",
    timezoneId: "UTC",
    // A trace takes time in every test; ask for it where one fails.
    trace: process.env.SOUNDPOST_TRACE ? "retain-on-failure" : "off",
  },
  projects: SERVER ? [...sqlite, ...postgres] : sqlite,
});
