"""AWS's nouns as immutable values, exact sets, and the snapshot that holds them."""
