"""What every room may raise."""


class NotFound(LookupError):
    """There is no such row, or it is not for the one who asks: nobody learns which."""
