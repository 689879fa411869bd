"""The commands: one file each; they parse options and print, nothing else."""
