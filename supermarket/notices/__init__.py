"""Public notices of what was accepted, and objections to it."""
