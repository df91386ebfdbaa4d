"""How fast the service is, as ratios that a noisy machine cannot fake: `python3 dev.py bench`."""
