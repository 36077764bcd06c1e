"""How packets of a producer become packets of slots: pure, `now` is always an argument.

`reception` follows a producer's sequence numbers, `clock` its RTP clock, `keyframes` when
to ask it for a keyframe; `producer` puts them together with the packet cache; `slot` is one
m-line towards one subscriber; `assignment` decides which producer feeds which slot.
"""
