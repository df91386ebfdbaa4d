"""What-if: a base of current versions and changes to their lines, judged like a plan and counting nowhere."""
