"""`python -m bot.cli` is `zhenren`."""

import sys

from bot.cli.main import main

sys.exit(main())
