"""The intermediate representation: what an application does, on which machine, mapped how."""
