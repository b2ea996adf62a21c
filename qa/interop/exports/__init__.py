"""Results as files: one module for each format, and one table of what can be written how (``formats``)."""
