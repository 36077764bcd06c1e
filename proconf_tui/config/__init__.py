"""Where things lie on this machine and how the program is set up; no socket, no device."""
