"""Right or wrong, and which idea is missing: values compared, differences explained."""
