"""La boîte à idées : proposer, soutenir, répondre."""
