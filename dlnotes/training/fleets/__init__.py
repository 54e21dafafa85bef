"""How a fleet carries out its training: chunk by chunk, mapped or by hand."""
