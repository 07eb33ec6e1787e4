// The browser: Debian's Chromium, which must ask nobody for anything on its own.

export const CHROMIUM = process.env.SOUNDPOST_CHROMIUM ?? "/usr/bin/chromium";

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
