"""The panes and parts of the screens; what they share is styled by the screens' sheets."""
