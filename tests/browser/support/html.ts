// Whether a page is valid HTML, by html-validate's recommended rules and a few of our own.

import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    // The Content-Security-Policy forbids it as well.
    "no-inline-style": "error",
    // Safari takes a list without bullets for no list, unless its role says that it is one.
    "no-redundant-role": "off",
    "prefer-native-element": ["error", { exclude: ["list"] }],
    // To send its form is what a button does by itself, and what all of these are for.
    "no-implicit-button-type": "off",
    // The line that parts a mail from its signature ends with a space (RFC 3676, section 4.3).
    "no-trailing-whitespace": "off",
  },
});

/** What is wrong with a page, in sentences with their lines. */
export async function htmlErrors(source: string): Promise<string[]> {
  const { results } = await validator.validateString(source);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => `line ${line}: ${message} (${ruleId})`),
  );
}
