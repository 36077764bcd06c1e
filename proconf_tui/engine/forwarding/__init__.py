"""How packets of a producer become packets of slots: pure, `now` is always an argument.

`reception` follows a producer's sequence numbers, `clock` its RTP clock, `keyframes` when
to ask it for a keyframe; `producer` puts them together with the packet cache; `slot` is one
m-line towards one subscriber; `assignment` decides which producer feeds which slot.

`congestion` judges a subscriber's reports, `downlink` estimates from them what its line carries,
`allotment` which pictures fit on it, and `told_cap` when a publisher hears of that;
`reported_loss` is what people are told of those reports.
"""
