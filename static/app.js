// What pages gain from a script. Every one of them does its work without it.

const $ = (css, from = document) => from.querySelector(css);
const $$ = (css, from = document) => [...from.querySelectorAll(css)];
const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

// Storage may be off or full; then nothing is kept.
function stored(use) {
  try { return use(localStorage) } catch { return null }
}

// Before the first paint, so that a chosen theme does not flash.
const NEXT = { system: "light", light: "dark", dark: "system" };
let theme = stored((s) => s.getItem("theme")) ?? "system";
const paint = () => { document.documentElement.dataset.theme = theme };
paint();

function themeSwitch() {
  const button = make("button", { className: "theme", textContent: `Theme: ${theme}` });
  button.onclick = () => {
    theme = NEXT[theme] ?? "light";
    stored((s) => s.setItem("theme", theme));
    button.textContent = `Theme: ${theme}`;
    paint();
  };
  const item = make("li");
  item.append(button);
  $(".foot ul").append(item);
}

// Spoken, not shown.
const status = make("p", { role: "status", className: "visually-hidden" });

// What the server filled in wins over a draft; a consent is never part of it.
const DRAFT_LIFE = 14 * 86_400_000;

const forget = (draft) => stored((s) => s.removeItem(`draft:${draft}`));

function keepDraft(form) {
  const key = `draft:${form.dataset.draft}`;
  const isChoice = (field) => /checkbox|radio/.test(field.type);
  const fields = $$("input:not([type=hidden], [data-no-draft], [data-no-draft] *), select, textarea", form);
  const filled = fields.some((field) => !isChoice(field) && field.defaultValue);
  const draft = stored((s) => JSON.parse(s.getItem(key)));
  if (draft && !filled && Date.now() - draft.at < DRAFT_LIFE) {
    for (const field of fields) {
      const kept = draft.fields[field.name] ?? [];
      if (isChoice(field)) field.checked = kept.includes(field.value);
      else if (kept.length) field.value = kept[0];
    }
    const note = make("p", { className: "notice", textContent: "Your draft from this device is filled in. " });
    note.append(make("button", { type: "reset", className: "button", textContent: "Start empty" }));
    form.prepend(note);
    form.onreset = () => {
      forget(form.dataset.draft);
      note.remove();
    };
  }
  form.oninput = () => {
    const draft = { at: Date.now(), fields: {} };
    for (const field of fields) {
      if (!isChoice(field) || field.checked) (draft.fields[field.name] ??= []).push(field.value);
    }
    stored((s) => s.setItem(key, JSON.stringify(draft)));
  };
}

function remainingLength(area) {
  const left = make("p", { className: "left" });
  const count = () => {
    const rest = area.maxLength - area.value.length;
    left.textContent = `${rest.toLocaleString("en")} characters left`;
    if (rest < 50) status.textContent = left.textContent;
  };
  area.after(left);
  area.oninput = count;
  area.form.addEventListener("reset", () => setTimeout(count));
  count();
}

// The page at an address; nothing when it cannot be had.
async function read(url) {
  try {
    const answer = await fetch(url);
    return answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch { return null }
}

// Another view of the same list is fetched and changed in place.
function listInPlace(results) {
  const search = $(".search");
  let shown = location.search;
  let latest = 0;

  async function show(url, from) {
    const turn = ++latest;
    const words = search.q.value;
    const next = await read(url);
    if (turn !== latest) return;
    if (!next) return location.assign(url);
    if (from) history.pushState(null, "", url);
    shown = location.search;
    document.title = next.title;
    const panel = from?.closest("details")?.id;
    results.replaceChildren(...$("#results", next).childNodes);
    const heading = $("h2", results);
    status.textContent = heading.textContent;
    if (from === search) return;
    // What somebody has typed meanwhile stays.
    if (search.q.value === words) search.q.value = $(".search", next).q.value;
    if (from?.rel) results.scrollIntoView();
    if (panel) $(`#${panel}`).open = true;
    const same = $$(`#${panel} a`).find((link) => link.textContent === from.textContent);
    if (from) (same ?? heading).focus({ preventScroll: true });
  }

  results.onclick = (event) => {
    const link = event.target.closest("a");
    if (link?.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href, link);
  };
  search.onsubmit = (event) => {
    event.preventDefault();
    show(`${location.pathname}?${new URLSearchParams(new FormData(search))}`, search);
  };
  addEventListener("popstate", () => {
    if (location.search !== shown) show(location.href);
  });
  const close = (event) => {
    const panel = $("details[open]", results);
    if (!panel || (event.key ? event.key !== "Escape" : panel.contains(event.target))) return;
    panel.open = false;
    if (event.key) panel.firstElementChild.focus();
  };
  addEventListener("click", close);
  addEventListener("keydown", close);
}

// A thread asks for news while it is looked at.
function freshThread(messages) {
  setInterval(async () => {
    if (document.hidden) return;
    const page = await read(location.href);
    const next = page && $("#messages", page);
    if (!next || next.innerHTML === messages.innerHTML) return;
    messages.replaceChildren(...next.childNodes);
    status.textContent = "The conversation has changed.";
  }, 30_000);
}

// A passkey: the site draws a challenge, the device answers it, and the form carries the answer.
const decoded = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// For browsers that cannot read the options from JSON, or write the answer as JSON, by themselves.
function optionsOf(json) {
  const options = { ...json, challenge: decoded(json.challenge) };
  if (json.user) options.user = { ...json.user, id: decoded(json.user.id) };
  options.excludeCredentials = json.excludeCredentials?.map((known) => ({ ...known, id: decoded(known.id) }));
  return options;
}

function jsonOf({ id, rawId, type, response }) {
  const answer = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) if (response[part]) answer[part] = encoded(response[part]);
  return { id, rawId: encoded(rawId), type, response: answer };
}

const REFUSALS = {
  NotAllowedError: "Nothing came of it: it was cancelled, it took too long, or this device has no passkey for here.",
  InvalidStateError: "This device has a passkey of your account already.",
  NotSupportedError: "This device cannot keep a passkey of the kind that is needed here.",
  ConstraintError: "This device cannot keep a passkey of the kind that is needed here.",
  SecurityError: "Passkeys do not work at this address.",
};

function askDevice(form) {
  const [button, refusal] = [$("button", form), $("[role=alert]", form)];
  const isNew = form.dataset.passkey === "create";
  const reads = isNew ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  form.hidden = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    refusal.textContent = "";
    if (!window.PublicKeyCredential) {
      refusal.textContent = "This browser knows no passkeys. The link by mail works all the same.";
      return;
    }
    button.disabled = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      const begun = await fetch(form.dataset.begin, { method: "POST", body });
      if (!begun.ok) throw new Error(begun.status);
      const json = await begun.json();
      const publicKey = PublicKeyCredential[reads]?.(json) ?? optionsOf(json);
      const credential = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
      form.elements.credential.value = JSON.stringify(credential.toJSON?.() ?? jsonOf(credential));
      form.submit();
    } catch ({ name }) {
      refusal.textContent = REFUSALS[name] ?? "That did not work. Load the page again, and try once more.";
    }
    button.disabled = false;
  };
}

function start() {
  document.body.append(status);
  themeSwitch();
  $$("[data-draft-clear]").forEach((sent) => forget(sent.dataset.draftClear));
  $$("form[data-draft]").forEach(keepDraft);
  $$("textarea[maxlength]").forEach(remainingLength);
  $$("[data-in-place]").forEach(listInPlace);
  $$("[data-no-script]").forEach((words) => words.remove());
  $$("form[data-passkey]").forEach(askDevice);
  if ($("[data-refresh]")) $$("#messages").forEach(freshThread);
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
