"""What only a real browser does to the engine: restart ICE on keys that go on, ask for a number
on every packet. Skipped where there is no Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

from proconf_tui.engine.sdp_text import TRANSPORT_WIDE
from proconf_tui.engine.sfu import EmbeddedEngine
from tests.support.browser import executable, missing_requirement
from tests.support.rtc_client import RtcClient, TestRoom, until

OPTIONS = ["--no-sandbox", "--disable-gpu", "--allow-loopback-in-peer-connection"]

pytestmark = pytest.mark.skipif(bool(missing_requirement()), reason=str(missing_requirement()))

BEGIN = """() => {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  let turn = 0;
  setInterval(() => { pen.fillStyle = `hsl(${++turn * 20}, 80%, 50%)`;
                      pen.fillRect(0, 0, canvas.width, canvas.height); }, 100);
  window.pc = new RTCPeerConnection({bundlePolicy: "max-bundle"});
  const track = canvas.captureStream(10).getVideoTracks()[0];
  window.sender = pc.addTransceiver(track, {direction: "sendonly"}).sender;
}"""
NEGOTIATE = """async (options) => {
  await pc.setLocalDescription(await pc.createOffer(options));
  const answer = await publish(pc.localDescription.sdp);
  await pc.setRemoteDescription({type: "answer", sdp: answer});
}"""


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """An empty page."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=OPTIONS)
        yield await browser.new_page()
        await browser.close()


async def test_pictures_go_on_when_a_browser_restarts_ice(
    room: TestRoom, engine: EmbeddedEngine, page: Page
) -> None:
    ann = await room.join("ann", 0, is_publishing=False)
    bob = await room.join("bob", 1, is_publishing=False)
    await engine.set_forwarding(ann.peer_id, "video", is_on=True)

    async def publish(sdp: str) -> str:
        return await engine.publish(ann.peer_id, sdp, {})

    await page.expose_function("publish", publish)
    await page.evaluate(BEGIN)
    await page.evaluate(NEGOTIATE, {})
    await until(lambda: _count(bob) > 5)
    numbered = await page.evaluate("sender.getParameters().headerExtensions.map(each => each.uri)")
    assert TRANSPORT_WIDE in numbered

    await page.evaluate(NEGOTIATE, {"iceRestart": True})
    count = _count(bob)
    await until(lambda: _count(bob) > count + 20)


def _count(client: RtcClient) -> int:
    return sum(client.frames().values())
