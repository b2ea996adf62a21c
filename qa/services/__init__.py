"""Use cases, one a file. They know the domain and the ports, and no framework, database or model."""
