"""Optimizers: they ask for policies to be tried and are told what came of it."""
