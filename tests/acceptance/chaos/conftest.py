"""The same histories as in tests/integration/chaos, lived by the real command, which is killed with -9."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "integration" / "chaos"))
