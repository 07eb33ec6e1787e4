// The browser: Debian's Chromium without a window, half as heavy as the one with it, which must ask
// nobody for anything on its own.

export const CHROMIUM = process.env.SOUNDPOST_CHROMIUM ?? "/usr/bin/chromium-headless-shell";

export const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
