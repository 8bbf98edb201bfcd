"""How timeline messages write rates and times: as the trade does, from exact numbers."""

from fractions import Fraction
from math import floor


def rate_text(rate: Fraction) -> str:
    """Return a rate as the trade writes it: 25, 29.97, 23.976; a fraction where neither reads true."""
    if rate.denominator == 1:
        return str(rate.numerator)
    if rate.denominator == 1001:
        thousandths = floor(rate * 1000 + Fraction(1, 2))
        return f"{thousandths // 1000}.{thousandths % 1000:03}".rstrip("0")
    return str(rate)


def seconds_text(seconds: Fraction) -> str:
    """Return seconds with three decimals, halves rounded up."""
    thousandths = floor(seconds * 1000 + Fraction(1, 2))
    sign = "-" if thousandths < 0 else ""
    whole, rest = divmod(abs(thousandths), 1000)
    return f"{sign}{whole}.{rest:03} s"
