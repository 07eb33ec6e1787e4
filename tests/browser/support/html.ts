// Whether a page is valid HTML, by html-validate's recommended rules and a few of our own.

import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Said by the design: nothing inline, which the Content-Security-Policy forbids as well.
    "no-inline-style": "error",
  },
});

/** What is wrong with a page, in sentences with their lines. */
export async function htmlErrors(source: string): Promise<string[]> {
  const { results } = await validator.validateString(source);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `line ${line}: ${message} (${ruleId})`),
  );
}
