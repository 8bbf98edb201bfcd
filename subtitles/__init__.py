"""What is read on screen: words, cues, the rules they obey and the files they live in."""
