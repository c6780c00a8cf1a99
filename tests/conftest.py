"""What all tests share. The servers and their fixtures are in tests/servers."""

pytest_plugins = ["tests.servers.plugin", "tests.servers.fixtures"]
