/** When a <video> presents a picture, in browsers that tell it and in those that do not. */

/**
 * Call once, when the next picture is presented.
 * @param {HTMLVideoElement} video
 * @param {function(number=): void} call with the picture's RTP timestamp, where that is told
 */
export function onNextFrame(video, call) {
  if (video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback((_, { rtpTimestamp }) => call(rtpTimestamp));
    return;
  }
  const before = framesOf(video);
  const look = () => {
    if (framesOf(video) !== before) {
      video.removeEventListener("timeupdate", look);
      call();
    }
  };
  video.addEventListener("timeupdate", look);
}

/**
 * @param {HTMLVideoElement} video
 * @returns {number} how many pictures were presented so far
 */
export function framesOf(video) {
  return video.getVideoPlaybackQuality().totalVideoFrames;
}
