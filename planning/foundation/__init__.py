"""The vocabulary below everything: pages, API manners, jobs, stored files, audit."""
