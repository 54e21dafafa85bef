"""Nets and what they are made of: activations, norms, first weights, losses."""
