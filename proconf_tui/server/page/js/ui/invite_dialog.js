/** The link that lets others in, to be read and copied. */

import { open } from "./dialogs.js";
import { el, setText, uniqueId } from "./dom.js";
import { button, field } from "./parts.js";

const WITH_PASSCODE = "Whoever opens it is asked for the passcode, if there is one.";
const WHOEVER = "Whoever has it can ask to come in.";
const NOT_COPIED = "Copy it yourself: it is selected.";

/**
 * Open it.
 * @param {import("../core/invite.js").Link} link
 * @param {string} roomId
 */
export function openInvite({ url, needsPasscode }, roomId) {
  const box = el("input", {
    class: "input invite-link",
    attrs: { id: uniqueId("invite"), readonly: true, dir: "ltr" },
    props: { value: url },
    on: { focus: () => box.select() },
  });
  const told = el("p", { class: "quiet", attrs: { role: "status" } });
  const copy = button("Copy link", "button-primary", async () => {
    setText(told, (await copied(box)) ? "Copied." : NOT_COPIED);
  });
  const hint = el("p", { class: "quiet", text: needsPasscode ? WITH_PASSCODE : WHOEVER });
  const body = el("div", { class: "invite" }, hint, field("Invite link", box), copy, told);
  open(body, { title: `Invite to ${roomId}`, class: "dialog-small" });
  copy.focus();
}

/** Pages that were not opened over HTTPS have no clipboard but the old way to it. */
async function copied(box) {
  try {
    await navigator.clipboard.writeText(box.value);
    return true;
  } catch {
    box.focus();
    box.select();
    return document.execCommand("copy");
  }
}
