"""Where the events of rooms are kept: one Protocol, one module for each store."""
