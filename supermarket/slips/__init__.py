"""Paper slips (手写单): numbered blanks for when the power is out, typed in once afterwards."""
