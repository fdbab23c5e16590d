"""Clear rows become hashed identifier sets, or rejections with a reason. Pure, and the last room that sees clear data."""
