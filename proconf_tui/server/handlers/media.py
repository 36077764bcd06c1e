"""Setting up the two connections, and starting, pausing and stopping streams."""

from __future__ import annotations

from proconf_tui.errors import PermissionDenied
from proconf_tui.protocol import messages
from proconf_tui.protocol.messages import Request
from proconf_tui.room import commands
from proconf_tui.server.handlers.base import DONE, Caller, Handler, Result
from proconf_tui.server.watching import watching


async def publish(caller: Caller, request: messages.Publish) -> Result:
    return await caller.room.media.publish(caller.peer_id, request.sdp, request.labels)


async def answer_subscription(caller: Caller, request: messages.AnswerSubscription) -> Result:
    await caller.room.media.answer(caller.peer_id, request.sdp)
    return DONE


async def reset_subscription(caller: Caller, _: messages.ResetSubscription) -> Result:
    await caller.room.media.restart(caller.peer_id)
    return DONE


async def produce(caller: Caller, request: messages.Produce) -> Result:
    if not caller.peer.has_media:
        raise PermissionDenied("You joined without media; leave and join with it to publish.")
    return await caller.command(commands.Produce(actor=caller.peer_id, label=request.label))


async def stop_producing(caller: Caller, request: messages.StopProducing) -> Result:
    return await caller.command(commands.StopProducing(actor=caller.peer_id, label=request.label))


async def pause_stream(caller: Caller, request: messages.PauseStream) -> Result:
    return await caller.command(commands.PauseStream(actor=caller.peer_id, label=request.label))


async def resume_stream(caller: Caller, request: messages.ResumeStream) -> Result:
    return await caller.command(commands.ResumeStream(actor=caller.peer_id, label=request.label))


async def watch(caller: Caller, request: messages.Watch) -> Result:
    watched = None if request.streams is None else watching(request.streams)
    await caller.room.media.watch(caller.peer_id, watched)
    return DONE


HANDLERS: dict[type[Request], Handler] = {
    messages.Publish: publish,
    messages.AnswerSubscription: answer_subscription,
    messages.ResetSubscription: reset_subscription,
    messages.Produce: produce,
    messages.StopProducing: stop_producing,
    messages.PauseStream: pause_stream,
    messages.ResumeStream: resume_stream,
    messages.Watch: watch,
}
