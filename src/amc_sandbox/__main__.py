"""`python -m amc_sandbox` is `amc-sandbox`."""

from amc_sandbox.cli import main

if __name__ == "__main__":
    main()
