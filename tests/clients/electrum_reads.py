# What Electrum's own reader makes of a bitcoin: link, as JSON. Run by Debian's Python, whose module it is.
import json
import sys

from electrum import constants, util

constants.set_regtest()
print(json.dumps(util.parse_URI(sys.argv[1])))
