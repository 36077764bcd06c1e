"""Where things lie on this machine and how the program is set up; it opens no socket and no device."""
