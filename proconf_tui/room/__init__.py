"""What a meeting is: a pure state machine without clock, socket or randomness."""
