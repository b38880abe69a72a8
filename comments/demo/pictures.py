"""The pictures of the demonstration site, by name. Drawn by code, the same bytes every time."""

from comments.demo import diagrams, landscapes

DRAWINGS = {
    "harbour": landscapes.harbour,
    "tram": landscapes.tram,
    "bridge": landscapes.bridge,
    "vegetables": landscapes.vegetables,
    "library": landscapes.library,
    "lighthouse": landscapes.lighthouse,
    "mountain-railway": landscapes.mountain_railway,
    "dome": landscapes.dome,
    "lanterns": landscapes.lanterns,
    "tea-field": landscapes.tea_field,
    "mail-boat": landscapes.mail_boat,
    "bus": landscapes.route_bus,
    "star-map": diagrams.star_map,
    "weather-chart": diagrams.weather_chart,
    "printing-blocks": diagrams.printing_blocks,
    "space-probe": diagrams.space_probe,
    "orbit-chart": diagrams.orbit_chart,
    "route-map": diagrams.route_map,
    "gradient-profile": diagrams.gradient_profile,
}


def draw(name: str) -> bytes:
    """The picture as a JPEG file of 1600 by 900."""
    return DRAWINGS[name]().jpeg()
