"""All that the jail sees of the library. Imports only itself: no reference, no seed."""
