"""The tuner: search space, optimizers, the loop that runs trials, and what they gave."""
