"""The Textual screen of a meeting: sees the control link of its agent, never the sdk or a codec."""
