"""Everything that touches Legion: fetch it, build against it, run on it, read what it says."""
