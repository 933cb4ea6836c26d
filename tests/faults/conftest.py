"""What only `make faults` does is not there for `make test`."""

from tests.faults.sizes import IS_LONG

collect_ignore = [] if IS_LONG else ["test_small_disk.py"]
