"""By which addresses this machine, and the site on it, can be reached. Knows no settings."""

import socket

from django.http.request import split_domain_port, validate_host

# Reserved for documentation; nothing is sent there, the system only says from where it would be.
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
# What HOST is where the site listens to all networks, and what they then number machines by.
ANY = {
    "0.0.0.0": [socket.AF_INET],  # noqa: S104
    "::": [socket.AF_INET, socket.AF_INET6],
}


def bracketed(host: str) -> str:
    """As it stands before a port."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def reached(host: str) -> list[str]:
    """What a browser may call this machine, where the site listens at `host`."""
    families = ANY.get(host.strip("[]"))
    if families is None:
        return [bracketed(host)]
    name = socket.gethostname().lower()
    names = [name] if "." in name else [name, f"{name}.local"]
    return ["localhost", *numbers(families), *names]


def numbers(families: list[socket.AddressFamily]) -> list[str]:
    """This machine's, in the networks that lead elsewhere."""
    found = []
    for family in families:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((ELSEWHERE[family], 9))
                found.append(bracketed(probe.getsockname()[0]))
        except OSError:
            continue
    return found


def told(host: str, port: int, allowed: list[str]) -> str:
    """What to print at the start: the addresses that work, and how to make others work."""
    here = reached(host)
    works = [each for each in here if validate_host(split_domain_port(each)[0], allowed)]
    places = ", ".join(f"http://{each}:{port}" for each in works)
    said = f"Image Colorizer is at {places or f'port {port}'} (Ctrl+C stops it)"
    if refused := [each for each in here if each not in works]:
        said += f"\nTo open it as {' or '.join(refused)}, add that to ALLOWED_HOSTS (in .env)."
    return said
