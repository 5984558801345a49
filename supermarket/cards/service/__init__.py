"""The verbs of member cards: issuing, drawing, printing and reading them."""
