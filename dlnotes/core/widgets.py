"""What a widget's JavaScript and the site agree on: the site serves the shared part once."""

END_OF_SHARED = "/* dlnotes: end of shared */"
