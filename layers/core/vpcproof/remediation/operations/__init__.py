"""The EC2 operations that plans are made of: what each does, what undoes it, what it rests on."""
