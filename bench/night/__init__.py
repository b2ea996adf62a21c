"""What a night has to withstand: kills, full disks, odd files, and growth (``python -m bench.night``)."""
