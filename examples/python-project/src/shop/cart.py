from collections.abc import Iterable
from decimal import Decimal

from shop.prices import Price


def total(prices: Iterable[Price], currency: str) -> Price:
    amount = sum((price.amount for price in prices if price.currency == currency), Decimal(0))
    return Price(amount, currency)
