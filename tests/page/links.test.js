import assert from "node:assert/strict";
import { test } from "node:test";

import { linkParts } from "../../proconf_tui/server/page/js/core/links.js";

const linksIn = (text) => linkParts(text).filter(({ href }) => href !== null);
const saidIn = (text) => linksIn(text).map((part) => part.text);

for (const [text, said] of [
  ["see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]],
  ["HTTP://Example.org, or http://[::1]:80/x!", ["HTTP://Example.org", "http://[::1]:80/x"]],
  ["(https://example.org/a_(b))", ["https://example.org/a_(b)"]],
  ["[https://example.org].", ["https://example.org"]],
  ['<a href="https://example.org">x</a>', ["https://example.org"]],
  ["https://example.org\nhttps://example.com", ["https://example.org", "https://example.com"]],
  ["https://example.org/@ada?at=a@b", ["https://example.org/@ada?at=a@b"]],
  ["javascript:alert(1) data:text/html,x //example.org www.example.org ftp://a.b mailto:a@b", []],
  ["xhttps://example.org https:// https:///example.org http:/a https://.", []],
  ["https://good.example@evil.example/ https://a:b@evil.example", []],
  ["https://good.example\\@evil.example https://good.example%40evil.example", []],
  ["https://good.example／evil.example:port https://a:99999", []],
  [`https://example.org/${"a".repeat(4_000)}`, []],
]) {
  test(`the links in ${text.slice(0, 60)} are ${said.join(" and ") || "none"}`, () => {
    assert.deepEqual(saidIn(text), said);
    assert.equal(linkParts(text).map((part) => part.text).join(""), text);
    assert.ok(linksIn(text).every(({ href }) => /^https?:\/\/[^@/]+\//.test(href)));
  });
}

test("where an address reads like another one, it says where it leads", () => {
  const hostOf = (text) => linksIn(text)[0].host;
  assert.equal(hostOf("https://Example.org:8443/x"), null);
  assert.equal(hostOf("https://xn--bcher-kva.example/"), null);
  assert.equal(hostOf("https://bücher.example/xn--bcher-kva.example"), "xn--bcher-kva.example");
  assert.equal(hostOf("https://good.example。evil.example"), "good.example.evil.example");
  assert.equal(hostOf("http://2130706433"), "127.0.0.1");
});

test("a text of brackets takes no time", () => {
  const text = `https://a.b/${")".repeat(3_980)}`;
  assert.deepEqual(saidIn(text), ["https://a.b/"]);
});
