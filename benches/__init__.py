"""What the product costs, as ratios to what others cost for the same work on the same machine (`make bench`)."""
