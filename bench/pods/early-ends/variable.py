"""A script that needs a variable."""

import os

print(os.environ["VARIABLE_THAT_IS_NOT_SET"])
