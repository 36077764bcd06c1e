/** What people call that which is published under a label of the protocol. */

export const DEVICES = { audio: "microphone", video: "camera", screen: "screen" };
