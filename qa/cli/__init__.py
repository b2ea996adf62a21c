"""The ``qa`` command. Each subcommand is a module here with a ``command``; heavy imports wait inside it."""
