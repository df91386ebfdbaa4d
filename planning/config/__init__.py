"""The project itself: settings, addresses, web and worker entry points."""
