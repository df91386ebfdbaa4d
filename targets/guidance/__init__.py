"""Documents of guidance, the targets they set, which governs, and what a change of them does."""
