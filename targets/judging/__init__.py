"""How plans stand against targets: plan in, outcomes out; and whether the way there can be believed."""
