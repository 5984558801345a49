"""The verbs of member cards: coding, numbering, drawing, printing and reading them."""
