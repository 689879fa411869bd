"""The passes that turn a policy and a task graph into a mapping, in one tuple."""
