/** The pictures on buttons: strokes on a field of 24 by 24, drawn in the colour of the text. */

const SVG = "http://www.w3.org/2000/svg";

const SLASH = ["M4 4 20 20"];
const MICROPHONE = [
  "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3Z",
  "M5.5 11a6.5 6.5 0 0 0 13 0",
  "M12 17.5V21",
];
const CAMERA = [
  "M4.5 6.5h9a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-9",
  "A1.5 1.5 0 0 1 3 16V8a1.5 1.5 0 0 1 1.5-1.5Z",
  "M15 10.8l6-3.3v9l-6-3.3",
];
const DISPLAY = [
  "M4.5 4.5h15A1.5 1.5 0 0 1 21 6v9a1.5 1.5 0 0 1-1.5 1.5h-15",
  "A1.5 1.5 0 0 1 3 15V6a1.5 1.5 0 0 1 1.5-1.5Z",
  "M8.5 20.5h7",
  "M12 16.5v4",
];
const LOCK = ["M6.5 11h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z"];
const LOUDSPEAKER = ["M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Z"];

const PATHS = {
  microphone: MICROPHONE,
  "microphone-off": [...MICROPHONE, ...SLASH],
  camera: CAMERA,
  "camera-off": [...CAMERA, ...SLASH],
  screen: [...DISPLAY, "M12 13V8", "M9.5 10 12 7.5 14.5 10"],
  "screen-off": [...DISPLAY, "M10 8.5l4 4", "M14 8.5l-4 4"],
  hand: [
    "M7.5 12.5V6a1.5 1.5 0 0 1 3 0v5V4.5a1.5 1.5 0 0 1 3 0V11V6",
    "a1.5 1.5 0 0 1 3 0v8.5a6 6 0 0 1-6 6c-2.5 0-4-1-5.2-3L3.6 14",
    "a1.5 1.5 0 0 1 2.5-1.5l1.4 2",
  ],
  chat: [
    "M5 4.5h14A1.5 1.5 0 0 1 20.5 6v9a1.5 1.5 0 0 1-1.5 1.5h-7L7 20.5v-4H5",
    "A1.5 1.5 0 0 1 3.5 15V6A1.5 1.5 0 0 1 5 4.5Z",
  ],
  people: [
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
    "M2.5 20a6.5 6.5 0 0 1 13 0",
    "M15.5 4.3a3.5 3.5 0 0 1 0 6.4",
    "M18 14a6.5 6.5 0 0 1 3.5 6",
  ],
  person: ["M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20.5a7.5 7.5 0 0 1 15 0"],
  leave: [
    "M14 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h8",
    "M10 12h10.5",
    "M17 8.5l3.5 3.5-3.5 3.5",
  ],
  settings: [
    "M4 7h8",
    "M16 7h4",
    "M4 17h4",
    "M12 17h8",
    "M14 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    "M10 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  ],
  more: ["M12 5.5v.01", "M12 12v.01", "M12 18.5v.01"],
  pin: ["M9 4h6l-1 6 3.5 3.5h-11L10 10Z", "M12 13.5V20"],
  lock: [...LOCK, "M8 11V8a4 4 0 0 1 8 0v3"],
  close: ["M6 6 18 18", "M18 6 6 18"],
  send: ["M4.5 12 3.5 4.5 20.5 12 3.5 19.5Z", "M4.5 12H11"],
  grid: [
    "M4.5 4.5h6v6h-6Z",
    "M13.5 4.5h6v6h-6Z",
    "M4.5 13.5h6v6h-6Z",
    "M13.5 13.5h6v6h-6Z",
  ],
  speaker: [
    "M4.5 4.5h15v10h-15Z",
    "M4.5 18h3.5v1.5H4.5Z",
    "M10.3 18h3.5v1.5h-3.5Z",
    "M16 18h3.5v1.5H16Z",
  ],
  smile: [
    "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z",
    "M8.5 14a4.2 4.2 0 0 0 7 0",
    "M9 9.5v.01",
    "M15 9.5v.01",
  ],
  shield: ["M12 3.5 19 6v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6Z"],
  alert: ["M12 4 21 19.5H3Z", "M12 10v4", "M12 17v.01"],
  info: ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z", "M12 11v5", "M12 8v.01"],
  sound: [...LOUDSPEAKER, "M15.5 9a4.2 4.2 0 0 1 0 6", "M18 6.5a7.8 7.8 0 0 1 0 11"],
  "sound-off": [...LOUDSPEAKER, "M16 9.5l5 5", "M21 9.5l-5 5"],
  down: ["M6 9.5 12 15.5 18 9.5"],
  expand: ["M9 4.5H4.5V9", "M15 4.5h4.5V9", "M9 19.5H4.5V15", "M15 19.5h4.5V15"],
  waiting: ["M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17Z", "M12 7.5V12l3 2"],
};

/**
 * Make the picture of that name; it says nothing to a screen reader, so the button's label must.
 * @param {string} name one of the table
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  setIcon(svg, name);
  return svg;
}

/**
 * Make a picture show another one.
 * @param {SVGSVGElement} svg made by icon()
 * @param {string} name one of the table
 */
export function setIcon(svg, name) {
  if (svg.dataset.icon !== name) {
    svg.dataset.icon = name;
    svg.firstElementChild.setAttribute("d", PATHS[name].join(""));
  }
}
