/**
 * Runs in the guests' page before its own scripts: keeps in `window.times` when, in milliseconds
 * since the click on "Join", what happened for the first time.
 */

{
  const AUDIBLE = 0.01;
  const LOOK_EVERY_MS = 3;
  const BLOCK_SAMPLES = 256;
  const times = {};
  const seen = new WeakSet();
  const analysers = [];
  let context = null;
  let clickedAtMs = null;

  const note = (name, atMs = performance.now()) => {
    times[name] ??= atMs - clickedAtMs;
  };

  window.times = times;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how) {
      super(...how);
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected") note("ice_ms");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") note("dtls_ms");
      });
    }
  };

  document.addEventListener("click", ({ target }) => {
    const isJoin = target.closest("button")?.textContent === "Join";
    if (isJoin && clickedAtMs === null) {
      clickedAtMs = performance.now();
      times.clicked_at_s = (performance.timeOrigin + clickedAtMs) / 1000;
      context = new AudioContext({ latencyHint: "interactive" });
      setInterval(look, LOOK_EVERY_MS);
    }
  }, true);

  function look() {
    if (window.proconf?.state === "connected") note("welcome_ms");
    for (const video of document.querySelectorAll(".tile:not(.is-me) video")) watch(video);
    for (const audio of document.querySelectorAll("audio")) listen(audio);
    if (analysers.some(isAudible)) note("first_audio_ms");
  }

  function watch(video) {
    if (video.srcObject && !seen.has(video)) {
      seen.add(video);
      video.requestVideoFrameCallback((nowMs, { presentationTime }) =>
        note("first_video_ms", Math.max(nowMs, presentationTime)));
    }
  }

  function listen(audio) {
    if (audio.srcObject && !seen.has(audio.srcObject)) {
      seen.add(audio.srcObject);
      const analyser = new AnalyserNode(context, { fftSize: BLOCK_SAMPLES });
      context.createMediaStreamSource(audio.srcObject).connect(analyser);
      analysers.push(analyser);
    }
  }

  function isAudible(analyser) {
    const block = new Float32Array(BLOCK_SAMPLES);
    analyser.getFloatTimeDomainData(block);
    return block.some((sample) => Math.abs(sample) > AUDIBLE);
  }
}
