"""What both ends of an RTP stream know about it, the client's as well as the server's: pure."""
