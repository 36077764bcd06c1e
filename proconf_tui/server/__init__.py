"""The signalling server: rooms over a websocket and HTTP, with the forwarding engine beside it."""
