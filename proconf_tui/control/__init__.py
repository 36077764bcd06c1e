"""The control link: events out, commands in, one JSON object a line; and the picture buffer."""
