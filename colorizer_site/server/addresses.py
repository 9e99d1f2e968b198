"""The addresses of this machine, and of the site on it. Knows no settings."""

import socket

from django.http.request import split_domain_port, validate_host

# Reserved for documentation. Nothing is sent there; it only shows which address we would send from.
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
# Values of HOST that mean all networks, and their address families.
ANY = {
    "0.0.0.0": [socket.AF_INET],  # noqa: S104
    "::": [socket.AF_INET, socket.AF_INET6],
}


def bracketed(host: str) -> str:
    """A host as written before a port: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def reached(host: str) -> list[str]:
    """The names and numbers by which browsers can reach the site if it listens at `host`."""
    families = ANY.get(host.strip("[]"))
    if families is None:
        return [bracketed(host)]
    name = socket.gethostname().lower()
    names = [name] if "." in name else [name, f"{name}.local"]
    return ["localhost", *numbers(families), *names]


def numbers(families: list[socket.AddressFamily]) -> list[str]:
    """This machine's addresses in outside networks."""
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
    """The message at the start: addresses that work, and how to add others."""
    here = reached(host)
    works = [each for each in here if validate_host(split_domain_port(each)[0], allowed)]
    places = ", ".join(f"http://{each}:{port}" for each in works)
    said = f"Image Colorizer is at {places or f'port {port}'} (Ctrl+C stops it)"
    if refused := [each for each in here if each not in works]:
        said += f"\nTo open it as {' or '.join(refused)}, add that to ALLOWED_HOSTS (in .env)."
    return said
