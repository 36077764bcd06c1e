"""What client and server say to each other: ids, messages, bytes and the sans-I/O session."""
