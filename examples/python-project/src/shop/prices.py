from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Price:
    amount: Decimal
    currency: str

    def times(self, count: int) -> "Price":
        return Price(self.amount * count, self.currency)
