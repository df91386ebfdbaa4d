"""What the pages of targets show, prepared for templates that only loop."""
