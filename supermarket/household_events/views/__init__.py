"""Pages of household events: say what happened; agree to it."""
