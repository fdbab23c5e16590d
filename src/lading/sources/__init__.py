"""Where rows lie: files first. Every source yields text, in bounded memory."""
