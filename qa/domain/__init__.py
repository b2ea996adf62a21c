"""The rules of call quality: pure functions and frozen data, standard library only."""
