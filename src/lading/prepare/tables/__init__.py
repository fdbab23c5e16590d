"""The law of prepare as data: words, codes and names by country, each with its source."""
