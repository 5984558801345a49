"""Photos: taken in, made small, stripped of what they tell, shown."""
