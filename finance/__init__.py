"""What can be afforded: finance rules and the system's position."""
