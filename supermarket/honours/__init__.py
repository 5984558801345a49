"""The yearly assessment score and honours, apart from the balance."""
