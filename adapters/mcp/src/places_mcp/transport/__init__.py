"""How clients reach the tools: over stdin and stdout, or over HTTP."""
