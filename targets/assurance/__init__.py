"""What no return holds: key actions, plans and milestones, answered by those who lead on them."""
