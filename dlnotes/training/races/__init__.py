"""How a race carries out its paths: side by side, chunk by chunk, or fused."""
