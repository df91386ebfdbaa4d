"""Who plans, when, who may: organisations, rounds, lines, people, the plan array, runs and findings."""
