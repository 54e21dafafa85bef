"""What keeps a net simple: weight decay, penalties and the like."""
