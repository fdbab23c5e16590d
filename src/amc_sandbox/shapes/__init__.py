"""The shapes of request bodies, as Amazon's specification has them. Keys that it does not know are passed over."""
