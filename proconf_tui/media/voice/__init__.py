"""One remote voice, from its packets to the samples that are mixed."""
