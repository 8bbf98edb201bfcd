"""What was shot, who is in it, what they agreed to, and the clock it is counted by."""
