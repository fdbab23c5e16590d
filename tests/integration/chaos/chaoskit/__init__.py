"""What the chaos tests are made of: drawn histories, a world to live them in, and a plain model to hold the outcome against."""
