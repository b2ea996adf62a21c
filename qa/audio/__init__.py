"""Recordings in: what a file is, its sound, its channels, its waveform, its playable copy."""
