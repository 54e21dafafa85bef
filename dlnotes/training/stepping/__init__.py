"""How an optimizer carries out a rule: packed into one vector, compiled, in place."""
