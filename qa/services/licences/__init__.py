"""What the machine may decide alone, and what still awaits a person."""
