"""What everything stands on: protocols, argument checks, the device, the language."""
