"""The forwarding engine: hands each peer's RTP to the others and never decodes any of it."""
