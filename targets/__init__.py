"""What is asked: guidance, targets and their evaluation."""
