"""The county's forms F1 to F22: what each is made of, and one stream of rows for all faces."""
