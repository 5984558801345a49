"""What is to be checked: samples, unusual patterns, findings."""
