"""The invented people of the sandbox: their tables, their dice and their normal forms."""
