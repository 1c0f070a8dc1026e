from __future__ import annotations

from attrs import frozen

from .enums import EVConnectorType, FuelType
from .message import Message
from .values import Money


@frozen(repr=False)
class ConnectorAggregation(Message):
    """The connectors of a station that share a type and a charge rate."""

    type: EVConnectorType | str | None = None
    max_charge_rate_kw: float | None = None
    count: int | None = None
    available_count: int | None = None
    out_of_service_count: int | None = None
    availability_last_update_time: str | None = None


@frozen(repr=False)
class EVChargeOptions(Message):
    """The connectors of a charging station, in all and by type and charge rate."""

    connector_count: int | None = None
    connector_aggregation: tuple[ConnectorAggregation, ...] | None = None


@frozen(repr=False)
class EVOptions(Message):
    """What a text search may require of a charging station."""

    minimum_charging_rate_kw: float | None = None
    connector_types: tuple[EVConnectorType | str, ...] | None = None


@frozen(repr=False)
class FuelPrice(Message):
    """The last known price of one type of fuel."""

    type: FuelType | str | None = None
    price: Money | None = None
    update_time: str | None = None


@frozen(repr=False)
class FuelOptions(Message):
    """The fuels that a filling station sells."""

    fuel_prices: tuple[FuelPrice, ...] | None = None
