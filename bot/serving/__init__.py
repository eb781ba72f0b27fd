"""`zhenren telegram`: the parts put together and kept running; nothing received is lost, nothing sent twice unsaid."""
