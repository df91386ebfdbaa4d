"""A target's figure for one system or trust."""
