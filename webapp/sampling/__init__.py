"""The sampling plan: which calls people review, what work that is, and what was drawn."""
