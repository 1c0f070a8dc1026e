"""Google's enumerations; a value that is newer than this file stays a plain string."""

from __future__ import annotations

from enum import StrEnum


class BusinessStatus(StrEnum):
    """Whether a business is open for good, closed for a while, closed for good or yet to open."""

    UNSPECIFIED = "BUSINESS_STATUS_UNSPECIFIED"
    OPERATIONAL = "OPERATIONAL"
    CLOSED_TEMPORARILY = "CLOSED_TEMPORARILY"
    CLOSED_PERMANENTLY = "CLOSED_PERMANENTLY"
    FUTURE_OPENING = "FUTURE_OPENING"


class PriceLevel(StrEnum):
    """How expensive a place is."""

    UNSPECIFIED = "PRICE_LEVEL_UNSPECIFIED"
    FREE = "PRICE_LEVEL_FREE"
    INEXPENSIVE = "PRICE_LEVEL_INEXPENSIVE"
    MODERATE = "PRICE_LEVEL_MODERATE"
    EXPENSIVE = "PRICE_LEVEL_EXPENSIVE"
    VERY_EXPENSIVE = "PRICE_LEVEL_VERY_EXPENSIVE"


class SecondaryHoursType(StrEnum):
    """The service that a second set of opening hours applies to."""

    UNSPECIFIED = "SECONDARY_HOURS_TYPE_UNSPECIFIED"
    DRIVE_THROUGH = "DRIVE_THROUGH"
    HAPPY_HOUR = "HAPPY_HOUR"
    DELIVERY = "DELIVERY"
    TAKEOUT = "TAKEOUT"
    KITCHEN = "KITCHEN"
    BREAKFAST = "BREAKFAST"
    LUNCH = "LUNCH"
    DINNER = "DINNER"
    BRUNCH = "BRUNCH"
    PICKUP = "PICKUP"
    ACCESS = "ACCESS"
    SENIOR_HOURS = "SENIOR_HOURS"
    ONLINE_SERVICE_HOURS = "ONLINE_SERVICE_HOURS"


class EVConnectorType(StrEnum):
    """The plug of a charging station."""

    UNSPECIFIED = "EV_CONNECTOR_TYPE_UNSPECIFIED"
    OTHER = "EV_CONNECTOR_TYPE_OTHER"
    J1772 = "EV_CONNECTOR_TYPE_J1772"
    TYPE_2 = "EV_CONNECTOR_TYPE_TYPE_2"
    CHADEMO = "EV_CONNECTOR_TYPE_CHADEMO"
    CCS_COMBO_1 = "EV_CONNECTOR_TYPE_CCS_COMBO_1"
    CCS_COMBO_2 = "EV_CONNECTOR_TYPE_CCS_COMBO_2"
    TESLA = "EV_CONNECTOR_TYPE_TESLA"
    UNSPECIFIED_GB_T = "EV_CONNECTOR_TYPE_UNSPECIFIED_GB_T"
    UNSPECIFIED_WALL_OUTLET = "EV_CONNECTOR_TYPE_UNSPECIFIED_WALL_OUTLET"
    NACS = "EV_CONNECTOR_TYPE_NACS"


class FuelType(StrEnum):
    """What a filling station sells."""

    UNSPECIFIED = "FUEL_TYPE_UNSPECIFIED"
    DIESEL = "DIESEL"
    DIESEL_PLUS = "DIESEL_PLUS"
    REGULAR_UNLEADED = "REGULAR_UNLEADED"
    MIDGRADE = "MIDGRADE"
    PREMIUM = "PREMIUM"
    SP91 = "SP91"
    SP91_E10 = "SP91_E10"
    SP92 = "SP92"
    SP95 = "SP95"
    SP95_E10 = "SP95_E10"
    SP98 = "SP98"
    SP99 = "SP99"
    SP100 = "SP100"
    LPG = "LPG"
    E80 = "E80"
    E85 = "E85"
    E100 = "E100"
    METHANE = "METHANE"
    BIO_DIESEL = "BIO_DIESEL"
    TRUCK_DIESEL = "TRUCK_DIESEL"


class SpatialRelationship(StrEnum):
    """Where a place lies in relation to a landmark."""

    NEAR = "NEAR"
    WITHIN = "WITHIN"
    BESIDE = "BESIDE"
    ACROSS_THE_ROAD = "ACROSS_THE_ROAD"
    DOWN_THE_ROAD = "DOWN_THE_ROAD"
    AROUND_THE_CORNER = "AROUND_THE_CORNER"
    BEHIND = "BEHIND"


class Containment(StrEnum):
    """Where a place lies in relation to an area."""

    UNSPECIFIED = "CONTAINMENT_UNSPECIFIED"
    WITHIN = "WITHIN"
    OUTSKIRTS = "OUTSKIRTS"
    NEAR = "NEAR"


class EntranceTag(StrEnum):
    """What distinguishes an entrance."""

    UNSPECIFIED = "TAG_UNSPECIFIED"
    PREFERRED = "PREFERRED"


class NavigationTravelMode(StrEnum):
    """How to travel to a navigation point."""

    UNSPECIFIED = "TRAVEL_MODE_UNSPECIFIED"
    DRIVE = "DRIVE"
    WALK = "WALK"


class NavigationUsage(StrEnum):
    """What a navigation point is for."""

    UNSPECIFIED = "USAGE_UNSPECIFIED"
    DROPOFF = "DROPOFF"
    PICKUP = "PICKUP"
    PARKING = "PARKING"


class VehicleType(StrEnum):
    """The vehicle that serves a transit line."""

    UNSPECIFIED = "VEHICLE_TYPE_UNSPECIFIED"
    RAIL = "RAIL"
    METRO_RAIL = "METRO_RAIL"
    SUBWAY = "SUBWAY"
    TRAM = "TRAM"
    MONORAIL = "MONORAIL"
    HEAVY_RAIL = "HEAVY_RAIL"
    COMMUTER_TRAIN = "COMMUTER_TRAIN"
    HIGH_SPEED_TRAIN = "HIGH_SPEED_TRAIN"
    LONG_DISTANCE_TRAIN = "LONG_DISTANCE_TRAIN"
    BUS = "BUS"
    INTERCITY_BUS = "INTERCITY_BUS"
    TROLLEYBUS = "TROLLEYBUS"
    SHARE_TAXI = "SHARE_TAXI"
    COACH = "COACH"
    FERRY = "FERRY"
    CABLE_CAR = "CABLE_CAR"
    GONDOLA_LIFT = "GONDOLA_LIFT"
    FUNICULAR = "FUNICULAR"
    SPECIAL = "SPECIAL"
    HORSE_CARRIAGE = "HORSE_CARRIAGE"
    AIRPLANE = "AIRPLANE"


class TravelMode(StrEnum):
    """How a route is travelled."""

    UNSPECIFIED = "TRAVEL_MODE_UNSPECIFIED"
    DRIVE = "DRIVE"
    BICYCLE = "BICYCLE"
    WALK = "WALK"
    TWO_WHEELER = "TWO_WHEELER"


class RoutingPreference(StrEnum):
    """How far a route takes the traffic into account."""

    UNSPECIFIED = "ROUTING_PREFERENCE_UNSPECIFIED"
    TRAFFIC_UNAWARE = "TRAFFIC_UNAWARE"
    TRAFFIC_AWARE = "TRAFFIC_AWARE"
    TRAFFIC_AWARE_OPTIMAL = "TRAFFIC_AWARE_OPTIMAL"


class TextRankPreference(StrEnum):
    """How a text search may be ranked; the default depends on the query."""

    UNSPECIFIED = "RANK_PREFERENCE_UNSPECIFIED"
    DISTANCE = "DISTANCE"
    RELEVANCE = "RELEVANCE"


class NearbyRankPreference(StrEnum):
    """How a nearby search may be ranked; the default is popularity."""

    UNSPECIFIED = "RANK_PREFERENCE_UNSPECIFIED"
    DISTANCE = "DISTANCE"
    POPULARITY = "POPULARITY"
