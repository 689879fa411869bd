"""What a policy means: rules, names, types, and the value of placement functions."""
