// A clock that the tests move for the program under test (libfaketime): what waits for months happens
// now. Time that is measured, such as between two looks, goes on as it is.

import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian puts the library beside those of the machine. */
function library() {
  for (const folder of readdirSync("/usr/lib")) {
    const path = join("/usr/lib", folder, "faketime");
    try {
      if (readdirSync(path).includes("libfaketimeMT.so.1")) return join(path, "libfaketimeMT.so.1");
    } catch {
      // Not here.
    }
  }
  throw new Error("libfaketime is not installed");
}

/** A clock that shows the time of now, until it is moved. */
export async function startClock() {
  const folder = await mkdtemp(join(tmpdir(), "clock-"));
  const file = join(folder, "offset");
  await writeFile(file, "+0");
  return {
    /** What the program is started with. */
    environment: {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    /**
     * Shows so many days later than now.
     *
     * @param {number} days
     */
    forward: (days) => writeFile(file, `+${days}d`),
    end: () => rm(folder, { recursive: true, force: true }),
  };
}
