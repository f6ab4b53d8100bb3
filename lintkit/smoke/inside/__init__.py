"""What the child process changes before the user's script runs: one perturbation a module, standard library only."""
