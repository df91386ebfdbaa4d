"""What each figure is held against: the same work written by hand, as little of it as can be."""
