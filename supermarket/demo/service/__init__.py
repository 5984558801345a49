"""Making the demo county, through the same verbs that people use."""
