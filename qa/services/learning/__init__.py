"""What people decided teaches the heads of the rubric in use: examples, lessons, and who takes them up."""
