// Every page that links lead to, from the first page on, as a search engine would go.

import type { Site } from "./site.mjs";

/** So many pages are looked at. */
const PAGES = 300;

export type Visit = { path: string; from: string; status: number; html: string };

const unescape = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replace(/&amp;/g, "&");

/** The addresses that a page names, in links, forms, pictures, styles and scripts. */
export function addresses(html: string): string[] {
  const named = html.matchAll(/<[^>]*?\s(?:href|src|action)="([^"]*)"/g);
  return [...named].map(([, address]) => unescape(address ?? ""));
}

/** The ids that a page has for fragments to lead to. */
export function ids(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => unescape(id ?? ""));
}

/** "/artists/*", "/artists?": pages of one kind differ in whom they are about or what they list. */
export function kindOf(path: string): string {
  const [page = "", query] = path.split("?");
  const kind = page.replace(/^\/(artists|genres|photos|static)\/[^/]+/, "/$1/*");
  return query === undefined ? kind : `${kind}?`;
}

/** Visits what links lead to, of all that wait a page of the kind seen least, and tells of each. */
export async function crawl(site: Site): Promise<Visit[]> {
  const visits: Visit[] = [];
  const waiting = new Map([["/", "the beginning"]]);
  const visited = new Set<string>();
  const seen = new Map<string, number>();
  const times = (path: string) => seen.get(kindOf(path)) ?? 0;
  while (waiting.size > 0 && visits.length < PAGES) {
    const path = [...waiting.keys()].reduce((one, next) => (times(next) < times(one) ? next : one));
    const from = waiting.get(path) ?? "";
    waiting.delete(path);
    visited.add(path);
    seen.set(kindOf(path), times(path) + 1);
    const answer = await fetch(site.url + path);
    const isHtml = answer.headers.get("content-type")?.startsWith("text/html") ?? false;
    const body = await answer.text();
    visits.push({ path, from, status: answer.status, html: isHtml ? body : "" });
    for (const address of isHtml ? addresses(body) : []) {
      const url = new URL(address, site.url + path);
      const found = url.pathname + url.search;
      if (url.origin === site.url && !visited.has(found) && !waiting.has(found)) {
        waiting.set(found, path);
      }
    }
  }
  return visits;
}
