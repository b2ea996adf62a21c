"""How far people agree with each other, and the machine with people."""
