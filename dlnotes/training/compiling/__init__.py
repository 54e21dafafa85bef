"""The engine: rules and steps through torch's compiler. The only door to private parts of torch."""
