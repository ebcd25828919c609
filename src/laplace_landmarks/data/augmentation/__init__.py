"""Other views of the same faces, drawn anew at every step: settings, draws, geometry, one resampling, pixels."""
