"""How well people agree with one another, and the machine with people."""
