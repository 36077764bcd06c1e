/** What a moderator may do to somebody, as items of the menu at their row. */

/**
 * Return the items that make sense now.
 * @param {import("../core/persons.js").Person} person
 * @param {import("./moderation.js").Moderation} moderation
 * @param {boolean} amHost only a host may do something to a host
 * @returns {import("./menu.js").Item[]}
 */
export function moderationItems(person, moderation, amHost) {
  const isHost = person.role === "host";
  const why = isHost && !amHost ? `${person.name} is the host.` : "";
  const items = [
    ["Mute", "microphone-off", person.hasMicrophone, () => moderation.closeStream(person, "audio")],
    ["Stop camera", "camera-off", person.hasCamera, () => moderation.closeStream(person, "video")],
    ["Stop screen", "screen-off", person.hasScreen, () => moderation.closeStream(person, "screen")],
    ["Lower hand", "hand", person.handRaisedAt !== null, () => moderation.lowerHand(person)],
  ];
  return [
    ...items
      .filter(([, , isSensible]) => isSensible)
      .map(([label, icon, , run]) => ({ label, icon, run })),
    ...(person.role === "bot" ? [] : [moderatorItem(person, moderation, why)]),
    removal("Remove", person, moderation, why),
    removal("Remove and block", person, moderation, why),
  ];
}

function moderatorItem(person, moderation, why) {
  return {
    label: person.isModerator ? "Remove moderator" : "Make moderator",
    icon: "shield",
    why,
    run: () => moderation.toggleModerator(person),
  };
}

function removal(label, person, moderation, why) {
  const isBlocking = label !== "Remove";
  return {
    label,
    icon: "close",
    why,
    isDangerous: true,
    run: () => moderation.remove(person, { isBlocking }),
  };
}
