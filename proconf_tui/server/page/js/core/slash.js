/**
 * What a line means that begins with a slash, as proconf_tui/tui/slash.py reads it: `/to NAME TEXT`
 * is for one alone, `//` says one slash. What else terminals know by a slash has buttons here.
 */

import { nameOr } from "./words.js";

const TO = "to";
const USAGE = "/to NAME TEXT";

/**
 * Return what is meant by a line; whom it is for if it says so itself, or why it cannot be sent.
 *
 * @param {string} line without space at its ends
 * @param {{peerId: string, name: string}[]} others in the room
 * @returns {{text: string, toPeerId: string|null, problem: string}} null is whoever was chosen
 */
export function meant(line, others) {
  if (!line.startsWith("/")) {
    return said(line);
  }
  if (line.startsWith("//")) {
    return said(line.slice(1));
  }
  const [word] = line.slice(1).split(/\s/u, 1);
  if (word !== TO) {
    return refused(
      `There is no command /${word} here, only ${USAGE}; write // for a line that begins with /.`,
    );
  }
  return saidTo(line.slice(1 + TO.length).trim().replace(/^@/u, ""), others);
}

function saidTo(line, others) {
  const words = line.split(/\s+/u);
  if (words.length < 2) {
    return refused(`Say to whom and what: ${USAGE}.`);
  }
  const { found, count } = addressed(words, others);
  if (found.length !== 1) {
    const who = found.length ? "Several people are" : "Nobody here is";
    return refused(`${who} called “${words[0]}”.`);
  }
  const text = withoutWords(line, count);
  const [{ peerId, name }] = found;
  return text
    ? { text, toPeerId: peerId, problem: "" }
    : refused(`Say what ${nameOr(name)} is to read: ${USAGE}.`);
}

/** The longest name that somebody has counts; else the first word, which may be a beginning. */
function addressed(words, others) {
  for (let count = words.length; count > 0; count -= 1) {
    const wanted = folded(words.slice(0, count).join(" "));
    const found = others.filter(({ name }) => folded(name) === wanted);
    if (found.length) {
      return { found, count };
    }
  }
  const beginning = folded(words[0]);
  return { found: others.filter(({ name }) => folded(name).startsWith(beginning)), count: 1 };
}

function folded(name) {
  return nameOr(name).replace(/\s+/gu, " ").toUpperCase();
}

/** Its lines and spaces stay as they were written. */
function withoutWords(line, count) {
  return line.replace(new RegExp(`^(?:\\S+\\s*){${count}}`, "u"), "");
}

function said(text) {
  return { text, toPeerId: null, problem: "" };
}

function refused(problem) {
  return { text: "", toPeerId: null, problem };
}
