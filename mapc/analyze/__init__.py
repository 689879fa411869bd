"""An application's C++ sources, read: which tasks it has, how they are launched, on which data."""
