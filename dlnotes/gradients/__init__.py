"""What a gradient goes through before a rule sees it."""
