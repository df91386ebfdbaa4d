"""What was returned and how it was judged, in the order of the flow."""
